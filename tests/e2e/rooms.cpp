#include "rooms.h"

#include <nlohmann/json.hpp>

namespace ondol::e2e {
namespace {

using nlohmann::json;

constexpr const char* kTemplate =
    "{%- for m in messages -%}{%- if m['role'] == 'assistant' -%}{{ m['content'] + eos_token }}{%- else -%}"
    "{{ '<|user|>' + m['content'] + '<|assistant|>' }}{%- endif -%}{%- endfor -%}";

std::string rooms_data() {
  std::string lines;
  for (const char* room : {"거실", "침실", "부엌", "서재"}) {
    for (const char* verb : {"켜", "꺼"}) {
      for (const char* end : {"", "줘", " 줘", "라", "요", "주세요", " 주세요", "줄래", "봐", "봐요"}) {
        const std::string answer = std::string(verb) == "켜" ? "on" : "off";
        lines += json({{"messages",
                        {{{"role", "user"}, {"content", std::string(room) + " 불 " + verb + end}},
                         {{"role", "assistant"}, {"content", json({{"room", room}, {"action", answer}}).dump()}}}}})
                     .dump() +
                 "\n";
      }
    }
  }
  return lines;
}

}  // namespace

void Rooms::SetUp() {
  write_file(data_, rooms_data());
  write_file(folder_ / "rooms.card.json", R"({"name":"rooms","licence":"CC0-1.0"})");
  write_file(folder_ / "chat.jinja", kTemplate);
  const Outcome outcome =
      run_ondol({"train-tokenizer", data_, "-o", tokenizer_, "--vocab-size", "400", "--special", "<|user|>",
                 "--special", "<|assistant|>", "--chat-template", folder_ / "chat.jinja", "-q"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
}

}  // namespace ondol::e2e
