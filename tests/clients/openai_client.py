"""OpenAI's Python client.  The servers come in the environment, as check.mjs says."""
import asyncio
import enum
import json
import os
import sys
import time

import openai
import pydantic

HOME, TINY = "ondol-home-ko", "ondol-ko-tiny"
QUESTION = [{"role": "user", "content": "안녕하세요. 오늘 하루 어땠어요?"}]
failed = False


def client_of(url, key="none-is-asked-for", kind=openai.OpenAI):
    return kind(base_url=os.environ[url] + "/v1", api_key=key, max_retries=0, timeout=60)


home, tiny = client_of("ONDOL_HOME_URL"), client_of("ONDOL_TINY_URL")
tools = client_of("ONDOL_TOOLS_URL", os.environ["ONDOL_KEY"])


def check(what):
    """Runs the function below it; prints a line with the figure it gives."""
    def run(work):
        global failed
        began = time.monotonic()
        try:
            figure = work()
            print(f"ok    openai (Python): {what}: {figure} ({1000 * (time.monotonic() - began):.0f} ms)")
        except Exception as error:  # whatever it is, the other checks go on
            failed = True
            at = error.__traceback__
            while at.tb_next:
                at = at.tb_next
            print(f"FAIL  openai (Python): {what}: {error!r} at {os.path.basename(at.tb_frame.f_code.co_filename)}:{at.tb_lineno}")
        sys.stdout.flush()
    return run


def error_of(work):
    try:
        work()
    except openai.APIError as error:
        return error
    raise AssertionError("an error was expected")


class City(str, enum.Enum):
    seoul = "서울"
    busan = "부산"


class Person(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    name: str = pydantic.Field(max_length=12)
    age: int = pydantic.Field(ge=0, le=150)
    city: City


class Weather(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")
    city: City
    days: int = pydantic.Field(ge=1, le=7)


@check("lists the models")
def _():
    names = [model.id for model in tiny.models.list()]
    assert names == [TINY, HOME], names
    return f"{len(names)} models"


@check("a chat with a model that stores a schema")
def _():
    answer = home.chat.completions.create(model=HOME, messages=[{"role": "user", "content": "거실 불 끄고 에어컨 24도로 해줘"}])
    assert "living_room" in json.dumps(json.loads(answer.choices[0].message.content))
    return f"{answer.usage.completion_tokens} tokens of JSON"


@check("a stream says what a whole answer says, usage last")
def _():
    asked = dict(model=TINY, messages=QUESTION, temperature=0.8, seed=11, max_tokens=40)
    whole = tiny.chat.completions.create(**asked)
    chunks = list(tiny.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    text = "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)
    assert text == whole.choices[0].message.content and "\ufffd" not in text
    assert chunks[-1].usage.completion_tokens == whole.usage.completion_tokens
    return f"{len(chunks)} chunks"


@check("eight streams at once say what each says alone")
def _():
    asked = [dict(model=TINY, messages=QUESTION, temperature=1, seed=seed, max_tokens=24) for seed in range(8)]
    alone = [tiny.chat.completions.create(**each).choices[0].message.content for each in asked]

    async def together():
        async with client_of("ONDOL_TINY_URL", kind=openai.AsyncOpenAI) as client:
            async def stream(each):
                text = ""
                async for chunk in await client.chat.completions.create(**each, stream=True):
                    text += chunk.choices[0].delta.content or ""
                return text
            return await asyncio.gather(*map(stream, asked))
    assert asyncio.run(together()) == alone
    return f"{sum(map(len, alone))} letters"


@check("a call of a tool that is required")
def _():
    answer = tools.chat.completions.parse(
        model=TINY, messages=[{"role": "user", "content": "서울 날씨"}], tools=[openai.pydantic_function_tool(Weather)],
        tool_choice="required", parallel_tool_calls=False)
    call, = answer.choices[0].message.tool_calls
    assert isinstance(call.function.parsed_arguments, Weather), call
    return f"{call.function.name}({call.function.arguments})"


@check("answers held to a JSON schema")
def _():
    answer = tiny.chat.completions.parse(model=TINY, messages=QUESTION, response_format=Person, temperature=1)
    assert isinstance(answer.choices[0].message.parsed, Person)
    with tiny.chat.completions.stream(model=TINY, messages=QUESTION, response_format=Person, temperature=1) as stream:
        person = stream.get_final_completion().choices[0].message.parsed
    return person.model_dump_json()


@check("embeddings")
def _():
    texts = ["온돌은 따뜻하다", "바닥이 따뜻한 집"]
    many = tiny.embeddings.create(model=TINY, input=texts)
    alone = tiny.embeddings.create(model=TINY, input=texts[1])
    assert many.data[1].embedding == alone.data[0].embedding
    assert abs(sum(x * x for x in many.data[0].embedding) - 1) < 1e-3
    return f"{len(many.data)} x {len(many.data[0].embedding)} numbers, alone the same"


@check("responses and completions of old")
def _():
    with tiny.responses.stream(model=TINY, input="안녕하세요", temperature=0, max_output_tokens=24) as stream:
        for _ in stream:
            pass
        streamed = stream.get_final_response()
    assert streamed.output_text == tiny.responses.create(
        model=TINY, input="안녕하세요", temperature=0, max_output_tokens=24).output_text
    person = tiny.responses.parse(model=TINY, input="사람 하나", text_format=Person).output_parsed
    assert isinstance(person, Person)
    old = tiny.completions.create(model=TINY, prompt=["이 영화는", "오늘"], n=2, max_tokens=4)
    assert [choice.index for choice in old.choices] == [0, 1, 2, 3]
    return f"{streamed.usage.output_tokens} and {old.usage.completion_tokens} tokens"


@check("wrong requests are refused by name")
def _():
    def refused(kind, param, code=None, **change):
        error = error_of(lambda: tiny.chat.completions.create(**{"model": TINY, "messages": QUESTION, "max_tokens": 1, **change}))
        assert isinstance(error, kind) and error.param == param and (code is None or error.code == code), repr(error)
    refused(openai.BadRequestError, "temperatur", "unknown_parameter", extra_body={"temperatur": 1})
    refused(openai.BadRequestError, "n", n=0)
    refused(openai.NotFoundError, "model", "model_not_found", model="no-such-model")
    refused(openai.BadRequestError, "messages", "context_length_exceeded",
            messages=[{"role": "user", "content": "길고 긴 글 " * 2000}])
    wrong_key = client_of("ONDOL_TOOLS_URL", "a-wrong-key-of-some-length")
    assert isinstance(error_of(lambda: wrong_key.models.list()), openai.AuthenticationError)
    return "5 refusals"


@check("a client that leaves")
def _():
    stream = tiny.chat.completions.create(model=TINY, messages=QUESTION, stream=True, extra_body={"regex": "[가-힣 ]{400}"})
    for n_chunks, chunk in enumerate(stream):
        if n_chunks == 3:
            break
    stream.close()
    assert tiny.chat.completions.create(model=TINY, messages=QUESTION, max_tokens=2).choices
    return f"after {n_chunks} chunks"


sys.exit(failed)
