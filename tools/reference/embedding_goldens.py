"""Golden embeddings: tiny random encoders of the real transformers classes, and pooled states of decoders, in float32.

Writes tests/golden/embedding/CASE/ with config.json, model.safetensors, the tokenizer's and sentence-transformers'
files, and embeddings.json: for each text its ids as the tokenizer gives them, the last hidden states pooled in three
ways, and the vector as sentence-transformers makes it of the folder.  decoders.json beside them has the same of models
in tests/golden/family/, of given ids.  Weights are rounded to the stored type first, so that the reference and we read
the same numbers; norms and biases are moved off one and zero.

    python tools/reference/embedding_goldens.py        # needs torch, transformers, tokenizers and sentence-transformers
"""
import json
import pathlib
import shutil

import torch
import transformers
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"
OUT = GOLDEN / "embedding"
# One token, half a page, several pages of 32 positions.
TEXTS = [
    "온돌은 방바닥을 데우는 우리 고유의 난방입니다.",
    "Ondol keeps the café warm, doesn't it? 3.14 ÷ 2",
    "불🔥 켜 줘 👩‍👩‍👧 thanks!!  ",
    "a",
    "",
    "거실 불을 끄고 에어컨을 스물네 도로 맞춰 줘. Then close the curtains and play quiet music until I fall asleep.",
]
DECODERS = ["llama_biases", "qwen3_tied", "gemma3_window"]
DECODER_TEXTS = [[5], [1, 7, 33, 60, 2], [(7 * i * i + 3 * i + 1) % 60 for i in range(70)]]


def word_piece_tokenizer():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=150, special_tokens=specials,
                                                                   show_progress=False))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.decoder = decoders.WordPiece()
    return transformers.BertTokenizer(tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]",
                                      cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")


def unigram_tokenizer():
    """As XLM-RoBERTa's: ids 0 to 3 are <s> <pad> </s> <unk>, words begin with a space."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    tokenizer.train_from_iterator(TEXTS, trainers.UnigramTrainer(vocab_size=200, special_tokens=specials,
                                                                 unk_token="<unk>", show_progress=False))
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>",
                                                             special_tokens=[("<s>", 0), ("</s>", 2)])
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    return transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>",
                                                unk_token="<unk>", pad_token="<pad>", cls_token="<s>", sep_token="</s>")


SMALL = dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48,
             max_position_embeddings=120, hidden_act="gelu")
F16, BF16 = torch.float16, torch.bfloat16
# case: (configuration class, model class, settings, stored type, tokenizer, pooling, normalised)
CASES = {
    "minilm": ("BertConfig", "BertModel", {**SMALL, "num_hidden_layers": 3}, F16, word_piece_tokenizer, "mean", True),
    "bge_odd": ("BertConfig", "BertModel", {**SMALL, "hidden_size": 40, "num_attention_heads": 5,
                                            "intermediate_size": 52}, BF16, word_piece_tokenizer, "cls", False),
    "e5": ("BertConfig", "BertModel", SMALL, BF16, unigram_tokenizer, "mean", True),
    "xlm_roberta": ("XLMRobertaConfig", "XLMRobertaModel", {**SMALL, "max_position_embeddings": 122, "pad_token_id": 1,
                                                            "type_vocab_size": 1, "layer_norm_eps": 1e-5}, F16,
                    unigram_tokenizer, "cls", True),
    "nomic": ("NomicBertConfig", "NomicBertModel", {**SMALL, "hidden_act": "silu"}, BF16, word_piece_tokenizer, "mean",
              False),
}
# What the published configuration of nomic-embed-text calls them.
NOMIC_NAMES = {"hidden_size": "n_embd", "num_hidden_layers": "n_layer", "num_attention_heads": "n_head",
               "intermediate_size": "n_inner", "max_position_embeddings": "n_positions",
               "layer_norm_eps": "layer_norm_epsilon"}


def randomize(model, dtype):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias"):
                parameter.normal_(0, 0.1)
            elif "LayerNorm" in name or "layernorm" in name or "emb_ln" in name:
                parameter.normal_(1, 0.2)
            else:
                parameter.normal_(0, 1.5 / parameter.shape[-1] ** 0.5)
            parameter.copy_(parameter.to(dtype).float())


def poolings(states):
    return {"mean": states.mean(0).tolist(), "cls": states[0].tolist(), "last": states[-1].tolist()}


def write_sentence_transformers(folder, pooling, normalised, hidden_size):
    modules = [("", "Transformer"), ("1_Pooling", "Pooling")] + ([("2_Normalize", "Normalize")] if normalised else [])
    (folder / "modules.json").write_text(json.dumps(
        [dict(idx=i, name=str(i), path=path, type="sentence_transformers.models." + kind)
         for i, (path, kind) in enumerate(modules)]))
    (folder / "1_Pooling").mkdir()
    flags = {"mean": "mean_tokens", "cls": "cls_token", "max": "max_tokens", "sqrt": "mean_sqrt_len_tokens"}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(
        {"word_embedding_dimension": hidden_size,
         **{"pooling_mode_" + flag: name == pooling for name, flag in flags.items()}}))


def write_case(name):
    config_class, model_class, settings, dtype, make_tokenizer, pooling, normalised = CASES[name]
    torch.manual_seed(len(name))
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tokenizer = make_tokenizer()
    config = getattr(transformers, config_class)(vocab_size=len(tokenizer), **settings)
    model = getattr(transformers, model_class)(config).eval().float()
    randomize(model, dtype)
    model.config.architectures = [model_class]
    model.to(dtype).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    write_sentence_transformers(folder, pooling, normalised, config.hidden_size)
    model = transformers.AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    sentences = SentenceTransformer(str(folder), device="cpu", model_kwargs={"torch_dtype": "float32"})
    out = []
    for text in TEXTS:
        ids = tokenizer(text)["input_ids"]
        with torch.no_grad():
            states = model(torch.tensor([ids])).last_hidden_state[0]
        vector = torch.tensor(sentences.encode(text))
        pooled = poolings(states)
        expected = torch.tensor(pooled[pooling])
        if normalised:
            expected = torch.nn.functional.normalize(expected, dim=0)
        assert (vector - expected).abs().max() < 1e-5, (name, text)
        out.append({"text": text, "ids": ids, **pooled, "vector": vector.tolist()})
    if name == "bge_odd":  # as the first BERTs are published
        entries = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
        (folder / "vocab.txt").write_text("".join(entry + "\n" for entry, _ in entries))
        (folder / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": True}))
        (folder / "tokenizer.json").unlink()
    if name == "nomic":
        published = json.loads((folder / "config.json").read_text())
        published.update(activation_function="swiglu", prenorm=False, qkv_proj_bias=False, rotary_emb_fraction=1.0,
                         rotary_emb_base=published.pop("rope_parameters")["rope_theta"], max_trained_positions=100)
        del published["hidden_act"], published["head_dim"]
        (folder / "config.json").write_text(json.dumps({NOMIC_NAMES.get(key, key): value
                                                        for key, value in published.items()}, indent=2))
    (folder / "embeddings.json").write_text(json.dumps(out, ensure_ascii=False))


def write_decoders():
    out = {}
    for name in DECODERS:
        model = transformers.AutoModel.from_pretrained(GOLDEN / "family" / name, dtype=torch.float32,
                                                       attn_implementation="eager").eval()
        out[name] = []
        for ids in DECODER_TEXTS:
            with torch.no_grad():
                states = model(torch.tensor([ids])).last_hidden_state[0]
            out[name].append({"ids": ids, **poolings(states)})
    (OUT / "decoders.json").write_text(json.dumps(out))


if __name__ == "__main__":
    for case in CASES:
        write_case(case)
    write_decoders()
