"""Compares tests/server/schema/ with OpenAI's published description of its API.

    git clone https://github.com/openai/openai-openapi
    python tools/reference/openai_schemas.py openai-openapi/openapi.json

For each answer, event and error body: what they require must be required by ours, and whatever ours allows in a
property of theirs (types, constants) theirs must allow.  Properties that are ours alone are listed.  Prints a line for
each pair and what differs; exits with 1 when something does.
"""
import json
import pathlib
import sys

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "tests" / "server" / "schema"
PAIRS = {  # ours: theirs
    "chat_completion": ["CreateChatCompletionResponse"],
    "chat_completion_chunk": ["CreateChatCompletionStreamResponse"],
    "completion": ["CreateCompletionResponse"],
    "embeddings": ["CreateEmbeddingResponse"],
    "error": ["ErrorResponse"],
    "models": ["ListModelsResponse"],
    "response": ["Response"],
    "response_event": ["ResponseStreamEvent"],
}
# What the service itself sends, although its description does not say so.
ACCEPTED = {
    "completion": {".choices[].finish_reason: ours may be null, theirs may not": "until a stream ends",
                   ".usage: ours may be null, theirs may not": "until a stream ends"},
    "embeddings": {".data[].embedding: ours may be string, theirs may not": "with encoding_format base64"},
    "response": {".usage: ours may be null, theirs may not": "until a stream ends"},
    "response_event": {".response.usage: ours may be null, theirs may not": "until a stream ends"},
}
TYPES = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
ALL = {"object", "array", "string", "boolean", "number", "integer", "null"}


class Document:
    """One JSON document and its references."""

    def __init__(self, root):
        self.root = root

    def alternatives(self, schema):
        """The schema without references and combinations, as a list of plain ones any of which may hold."""
        if schema is True:
            return [{}]
        plain = {key: value for key, value in schema.items() if key not in ("$ref", "anyOf", "oneOf", "allOf", "nullable")}
        found = [plain]
        if "$ref" in schema:
            target = self.root
            for key in schema["$ref"].removeprefix("#/").split("/"):
                target = target[key]
            found = [merge(one, plain) for one in self.alternatives(target)]
        for part in schema.get("allOf", []):
            found = [merge(one, other) for one in found for other in self.alternatives(part)]
        for key in ("anyOf", "oneOf"):
            if key in schema:
                found = [merge(one, other) for one in found for part in schema[key] for other in self.alternatives(part)]
        return found + [{"type": "null"}] if schema.get("nullable") else found


def merge(a, b):
    both = {**a, **b}
    both["properties"] = {**a.get("properties", {}), **b.get("properties", {})}
    both["required"] = sorted({*a.get("required", []), *b.get("required", [])})
    return both


def values_of(plain):
    """The constants a plain schema is limited to; None when it is not."""
    return [plain["const"]] if "const" in plain else plain.get("enum")


def types_of(plain):
    values = values_of(plain)
    if values is not None:
        return {TYPES[type(value)] for value in values}
    kinds = plain.get("type")
    if kinds is None:
        kinds = ["object"] if plain.get("properties") or plain.get("additionalProperties") is False else ALL
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    return kinds | {"integer"} if "number" in kinds else kinds


def tag_of(plain, document):
    """The values of "type", by which alternatives are told apart."""
    tag = plain.get("properties", {}).get("type")
    return values_of(document.alternatives(tag)[0]) if tag is not None else None


class Comparison:
    def __init__(self, ours, theirs):
        self.ours, self.theirs = ours, theirs
        self.n_properties, self.own, self.differences = 0, set(), []

    def compare(self, mine, yours, where):
        theirs = self.theirs.alternatives(yours)
        for plain in self.ours.alternatives(mine):
            for kind in sorted(types_of(plain)):
                fitting = [one for one in theirs if kind in types_of(one)]
                if not fitting:
                    self.differences.append(f"{where or 'whole'}: ours may be {kind}, theirs may not")
                elif kind == "object":
                    self.compare_objects(plain, fitting, where)
                elif kind == "array":
                    items = [one["items"] for one in fitting if "items" in one]
                    if "items" in plain and items:
                        self.compare(plain["items"], {"anyOf": items}, f"{where}[]")
            for value in values_of(plain) or []:
                allowed = [values_of(one) for one in theirs if TYPES[type(value)] in types_of(one)]
                if allowed and not any(values is None or value in values for values in allowed):
                    self.differences.append(f"{where}: {value!r} is not among theirs")

    def compare_objects(self, mine, theirs, where):
        are_tagged = all(tag_of(one, self.theirs) for one in theirs)
        for tag in (tag_of(mine, self.ours) if are_tagged else None) or [None]:
            fitting = [one for one in theirs if tag is None or tag in tag_of(one, self.theirs)]
            if not fitting:
                self.differences.append(f"{where}: an object of type {tag!r} is not among theirs")
                continue
            # of several that cannot be told apart the best one counts
            narrowed = mine if tag is None else {**mine, "properties": {**mine["properties"], "type": {"const": tag}}}
            trials = [self.against(narrowed, one, f"{where}<{tag}>" if tag else where) for one in fitting]
            best = min(trials, key=lambda trial: len(trial.differences))
            self.n_properties += best.n_properties
            self.own |= best.own
            self.differences += best.differences

    def against(self, mine, theirs, where):
        trial = Comparison(self.ours, self.theirs)
        properties = mine.get("properties", {})
        for name in sorted(set(theirs.get("required", [])) - set(mine.get("required", []))):
            how = "is optional in ours" if name in properties else "is absent in ours"
            trial.differences.append(f"{where}.{name}: required by theirs, {how}")
        for name, schema in properties.items():
            if name in theirs.get("properties", {}):
                trial.n_properties += 1
                trial.compare(schema, theirs["properties"][name], f"{where}.{name}")
            elif not isinstance(theirs.get("additionalProperties"), dict):
                trial.own.add(f"{where}.{name}")
        return trial


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    document = json.loads(pathlib.Path(sys.argv[1]).read_text())
    theirs = Document(document)
    print(f"OpenAI's description {document['info']['version']}, {len(document['components']['schemas'])} schemas")
    n_differences = 0
    for name, references in PAIRS.items():
        ours = json.loads((SCHEMAS / f"{name}.json").read_text())
        comparison = Comparison(Document(ours), theirs)
        comparison.compare(ours, {"anyOf": [{"$ref": f"#/components/schemas/{each}"} for each in references]}, "")
        accepted = {each for each in comparison.differences for known in ACCEPTED.get(name, {}) if each.endswith(known)}
        differences = sorted({*comparison.differences} - accepted)
        print(f"{name}: {comparison.n_properties} properties compared, {len(differences)} differences, {len(accepted)} accepted"
              + (f"; ours alone: {', '.join(sorted(comparison.own))}" if comparison.own else ""))
        for difference in differences:
            print(f"  {difference}")
        n_differences += len(differences)
    sys.exit(n_differences > 0)


if __name__ == "__main__":
    main()
