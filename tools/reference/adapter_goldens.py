"""Golden logits of models with adapters: PEFT's own adapters on the tiny models of tests/golden/family, in float32.

Writes tests/golden/adapter/CASE/ with one PEFT folder for each adapter, case.json (the base model's folder, the
adapters and their scales), tokens.json, positions.json and logits.f32 ([n_positions, vocab] float32, little-endian).
The adapters' second halves are drawn at random as well, since PEFT begins them at zero.

    python tools/reference/adapter_goldens.py [CASE ...]        # needs torch, transformers and peft
"""
import json
import pathlib
import shutil
import sys

import torch
from peft import LoraConfig, get_peft_model
from peft.tuners.lora import LoraLayer
from transformers import AutoModelForCausalLM

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden"
POSITIONS = [0, 1, 15, 31, 32, 39]
N_TOKENS = 40

LLAMA = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
# CASE: base model, {adapter: (scale, LoraConfig's settings)}
CASES = {
    "llama_all": ("llama_yarn", {
        "all": (1.0, dict(r=4, lora_alpha=8, target_modules=LLAMA + ["lm_head"])),
    }),
    "llama_two": ("llama_biases", {
        "stabilised": (1.5, dict(r=3, lora_alpha=4, use_rslora=True, target_modules=LLAMA)),
        "patterns": (-0.5, dict(r=2, lora_alpha=6, target_modules=["q_proj", "k_proj", "down_proj"],
                                rank_pattern={"q_proj": 5}, alpha_pattern={"layers.1.mlp.down_proj": 3})),
    }),
    "gpt2_fused": ("gpt2_untied", {
        "conv": (1.0, dict(r=4, lora_alpha=16, fan_in_fan_out=True, target_modules=["c_attn", "c_proj"])),
        "wide": (0.75, dict(r=2, lora_alpha=4, fan_in_fan_out=True, target_modules=["c_attn", "c_fc"],
                            layers_to_transform=[1], layers_pattern="h")),
    }),
    "phi3_fused": ("phi3_plain", {
        "all": (1.0, dict(r=4, lora_alpha=8, target_modules=["qkv_proj", "o_proj", "gate_up_proj", "down_proj"])),
    }),
    "qwen3_tied_head": ("qwen3_tied", {
        "head": (1.0, dict(r=4, lora_alpha=8, target_modules=["q_proj", "v_proj", "lm_head"])),
    }),
}


def load_base(name):
    config = json.loads((GOLDEN / "family" / name / "config.json").read_text())
    model = AutoModelForCausalLM.from_pretrained(GOLDEN / "family" / name, dtype=torch.float32,
                                                 attn_implementation="eager")
    return model.eval(), config["vocab_size"]


def write_case(case, base, adapters):
    torch.manual_seed(sum(case.encode()))
    folder = GOLDEN / "adapter" / case
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model, vocab_size = load_base(base)
    peft_model = None
    for name, (_, settings) in adapters.items():
        config = LoraConfig(task_type="CAUSAL_LM", **settings)
        if peft_model is None:
            peft_model = get_peft_model(model, config, adapter_name=name)
        else:
            peft_model.add_adapter(name, config)
    with torch.no_grad():
        for key, weight in peft_model.named_parameters():
            if ".lora_B." in key:
                weight.copy_(0.2 * torch.randn_like(weight))
    peft_model.save_pretrained(folder, save_embedding_layers=False)
    (folder / "README.md").unlink(missing_ok=True)
    for name in adapters:
        path = folder / name / "adapter_config.json"
        config = json.loads(path.read_text())
        config["base_model_name_or_path"] = base
        path.write_text(json.dumps(config, indent=1) + "\n")

    # Both at once, each with its scale on top of its own.
    peft_model.base_model.set_adapter(list(adapters))
    for module in peft_model.modules():
        if isinstance(module, LoraLayer):
            for name, (scale, _) in adapters.items():
                if name in module.scaling:
                    module.scaling[name] *= scale
    peft_model.eval()
    tokens = torch.randint(3, vocab_size, (N_TOKENS,))
    with torch.no_grad():
        logits = peft_model(tokens[None]).logits[0]
        with peft_model.disable_adapter():
            moved = (logits - peft_model(tokens[None]).logits[0]).abs().max()
    (folder / "case.json").write_text(json.dumps(
        {"base": base, "adapters": [[name, scale] for name, (scale, _) in adapters.items()]}) + "\n")
    (folder / "tokens.json").write_text(json.dumps(tokens.tolist()) + "\n")
    (folder / "positions.json").write_text(json.dumps(POSITIONS) + "\n")
    (folder / "logits.f32").write_bytes(logits[POSITIONS].numpy().astype("<f4").tobytes())
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{case}: {size} bytes, the adapters move a logit by up to {moved:.2f}")


for case in sys.argv[1:] or CASES:
    write_case(case, *CASES[case])
