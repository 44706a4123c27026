#include "model/missing_feature.h"

#include <algorithm>
#include <span>

#include "model/model_messages.h"

namespace ondol {
namespace {

constexpr std::string_view kStateSpace[] = {"mamba",      "mamba2",         "jamba",       "falcon-h1", "granitehybrid",
                                            "nemotron_h", "nemotron_h_moe", "plamo2",      "rwkv6",     "rwkv6qwen2",
                                            "rwkv7",      "arwkv7",         "lfm2",        "lfm2moe",   "qwen3next",
                                            "qwen35",     "qwen35moe",      "kimi-linear", "minimax-01"};
constexpr std::string_view kLatentAttention[] = {"deepseek2", "deepseek2-ocr", "deepseek32", "deepseek4", "glm-dsa",
                                                 "minicpm3",  "plm",           "kimi-k2",    "mistral4"};
constexpr std::string_view kEncoders[] = {"nomic-bert-moe", "neo-bert",        "jina-bert-v2",
                                          "jina-bert-v3",   "modern-bert",     "eurobert",
                                          "t5encoder",      "gemma-embedding", "llama-embed"};
constexpr std::string_view kEncoderDecoders[] = {"t5"};
constexpr std::string_view kNoText[] = {"clip", "wavtokenizer-dec"};
constexpr std::string_view kDiffusion[] = {"dream", "llada", "llada-moe", "rnd1"};
constexpr std::string_view kAlibi[] = {"mpt", "bloom", "baichuan", "refact", "jais"};
constexpr std::string_view kPictureRotation[] = {"qwen2vl", "qwen3vl", "qwen3vlmoe", "hunyuan-vl", "glm4v"};
constexpr std::string_view kLayerEmbeddings[] = {"gemma3n", "gemma4"};
constexpr std::string_view kOtherExperts[] = {
    "grok",   "dbrx",         "arctic",      "phimoe",       "qwen2moe",   "olmoe",       "exaone-moe", "glm4moe",
    "llama4", "granitemoe",   "hunyuan-moe", "ernie4_5-moe", "bailingmoe", "bailingmoe2", "dots1",      "deepseek",
    "afmoe",  "smallthinker", "grovemoe",    "minimax-m2",   "cohere2moe", "mimo2"};

struct Group {
  std::span<const std::string_view> names;
  const Message& needs;
};
const Group kGroups[] = {{kStateSpace, msg::kNeedsStateSpace},
                         {kLatentAttention, msg::kNeedsLatentAttention},
                         {kEncoders, msg::kNeedsEncoder},
                         {kEncoderDecoders, msg::kNeedsEncoderDecoder},
                         {kNoText, msg::kNeedsOtherOutput},
                         {kDiffusion, msg::kNeedsDiffusion},
                         {kAlibi, msg::kNeedsAlibi},
                         {kPictureRotation, msg::kNeedsPictureRotation},
                         {kLayerEmbeddings, msg::kNeedsLayerEmbeddings},
                         {kOtherExperts, msg::kNeedsOtherExperts}};

}  // namespace

std::string missing_feature(std::string_view gguf_name) {
  for (const Group& group : kGroups) {
    if (std::find(group.names.begin(), group.names.end(), gguf_name) != group.names.end()) {
      return std::string(group.needs.text());
    }
  }
  return {};
}

}  // namespace ondol
