#include "measure/describe.h"

#include <algorithm>

#include "base/utf8.h"
#include "format/gguf_type.h"

namespace ondol {
namespace {

constexpr uint32_t kFirstHangul = 0xAC00, kLastHangul = 0xD7A3;  // Unicode, block Hangul Syllables

std::string text_of(const Metadata& metadata, std::string_view key) {
  return std::string(metadata.get_string(key).value_or(""));
}

TokenizerDescription describe_tokenizer(const Tokenizer& tokenizer) {
  TokenizerDescription description{.model = std::string(tokenizer.model()),
                                   .pre = std::string(tokenizer.pre()),
                                   .vocab_size = tokenizer.vocab_size(),
                                   .adds_bos = tokenizer.wants_bos,
                                   .tokens_per_korean_character = tokens_per_korean_character(tokenizer)};
  const std::pair<const char*, std::optional<TokenId>> roles[] = {{"bos", tokenizer.bos},
                                                                  {"eos", tokenizer.eos},
                                                                  {"eot", tokenizer.eot},
                                                                  {"unk", tokenizer.unk},
                                                                  {"pad", tokenizer.pad}};
  for (const auto& [role, id] : roles) {
    if (id) description.special_tokens.push_back({role, *id, std::string(tokenizer.text(*id))});
  }
  return description;
}

}  // namespace

std::string_view korean_sample() {
  return "안녕하세요. 오늘은 날씨가 참 좋네요. 점심에 뭐 먹을지 아직 못 정했어요. 어제 본 영화는 생각보다 재미있었고 "
         "배우들 연기도 훌륭했다. 버스가 늦게 와서 회의에 십 분쯤 늦을 것 같습니다. 냉장고 문이 제대로 닫히지 않으면 "
         "경고음이 울립니다. 세탁이 끝나면 필터를 꺼내 흐르는 물에 씻어 말려 주십시오. 이 장치는 인터넷에 연결하지 "
         "않아도 동작하며 말한 내용을 밖으로 보내지 않는다. 계약 당사자는 서로 협의하여 기간을 연장할 수 있다. "
         "할머니는 "
         "아궁이에 불을 지피고 아랫목에 이불을 깔아 두셨다. 새로 바뀐 규정에 따라 신청서는 이번 달 말까지 제출해야 "
         "한다. 괜찮아 천천히 해도 돼.";
}

double tokens_per_korean_character(const Tokenizer& tokenizer) {
  int64_t n_syllables = 0;
  for (std::string_view rest = korean_sample(); !rest.empty();) {
    const CodePoint c = decode_code_point(rest);
    n_syllables += c.value >= kFirstHangul && c.value <= kLastHangul;
    rest.remove_prefix(static_cast<size_t>(c.length_bytes));
  }
  return static_cast<double>(tokenizer.encode(korean_sample()).size()) / static_cast<double>(n_syllables);
}

Result<ModelDescription> describe_checkpoint(const Checkpoint& checkpoint) {
  const Metadata& metadata = checkpoint.metadata;
  ModelDescription description;
  description.name = text_of(metadata, "general.name");
  description.architecture = text_of(metadata, "general.architecture");
  description.licence = text_of(metadata, "general.license");
  description.context_length = metadata.get_int(description.architecture + ".context_length").value_or(0);

  for (const NamedTensor& tensor : checkpoint.tensors) {
    const std::string_view type = tensor.view.dtype.name();
    auto total = std::find_if(description.types.begin(), description.types.end(),
                              [&](const TypeTotal& known) { return known.type == type; });
    if (total == description.types.end()) {
      total = description.types.insert(total, TypeTotal{.type = std::string(type)});
    }
    ++total->n_tensors;
    total->size_bytes += tensor.view.size_bytes();
    description.parameters += tensor.view.shape.n_elements();
    description.tensor_bytes += tensor.view.size_bytes();
    description.only_ondol_reads |= only_ondol_reads({tensor.view.dtype, tensor.view.layout});
  }
  std::stable_sort(description.types.begin(), description.types.end(),
                   [](const TypeTotal& a, const TypeTotal& b) { return a.size_bytes > b.size_bytes; });
  if (description.parameters > 0) {
    description.bits_per_weight =
        8.0 * static_cast<double>(description.tensor_bytes) / static_cast<double>(description.parameters);
  }

  if (!metadata.get_string("tokenizer.ggml.model")) return description;
  const auto tokenizer = load_tokenizer(metadata);
  if (tokenizer) {
    description.tokenizer = describe_tokenizer(**tokenizer);
  } else if (tokenizer.error().kind == ErrorKind::kUnsupported) {
    description.tokenizer_problem = tokenizer.error().message;
  } else {
    return tl::make_unexpected(tokenizer.error());
  }
  return description;
}

}  // namespace ondol
