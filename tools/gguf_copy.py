"""A GGUF file written again with other tensors and some other metadata.  Needs the packages gguf and numpy."""
import numpy as np
from gguf import GGUFReader, GGUFValueType, GGUFWriter


def read_tensors(reader: GGUFReader) -> dict[str, np.ndarray]:
    """Weights by name, rows first."""
    return {tensor.name: tensor.data for tensor in reader.tensors}


def write_copy(reader: GGUFReader, target: str, tensors: dict[str, np.ndarray], changed: dict[str, int | str]) -> None:
    """The reader's metadata with `changed` values, and `tensors`; a key of `changed` that the reader lacks must be a text."""
    architecture = reader.fields["general.architecture"].contents()
    writer = GGUFWriter(target, architecture)
    for name, field in reader.fields.items():
        value = changed.get(name, field.contents())
        # the package writes its own header, and no empty lists
        if name.startswith("GGUF.") or name == "general.architecture" or value == []:
            continue
        element = field.types[-1] if field.types[0] == GGUFValueType.ARRAY else None
        writer.add_key_value(name, value, field.types[0], element)
    for name in changed.keys() - reader.fields.keys():
        writer.add_string(name, changed[name])
    for name, tensor in tensors.items():
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
