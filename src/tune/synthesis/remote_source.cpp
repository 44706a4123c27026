#include "tune/synthesis/remote_source.h"

#include <unistd.h>

#include <filesystem>

#include "base/utf8.h"
#include "grammar/json_value.h"
#include "tune/synthesis/synthesis_messages.h"

namespace ondol {
namespace {

constexpr const char* kProgram = "ondol-remote";

std::string request_line(int64_t id, const RemoteEndpoint& endpoint, const SourceQuestion& question) {
  // a seed of 31 bits: endpoints differ in what they take for an integer
  return fmt::format(
      R"({{"id":{},"url":{},"model":{},"messages":[{{"role":"user","content":{}}}],"max_tokens":{},"temperature":{},"seed":{},"timeout_s":{}}})",
      id, json_quoted(endpoint.url), json_quoted(endpoint.model), json_quoted(question.prompt), question.max_tokens,
      question.temperature, question.seed & 0x7FFFFFFF, endpoint.timeout_s);
}

}  // namespace

bool is_endpoint_url(std::string_view teacher) {
  return teacher.starts_with("http://") || teacher.starts_with("https://");
}

Status check_endpoint_url(std::string_view url) {
  const std::string_view host = url.substr(url.find("//") + 2);
  if (host.substr(0, host.find_first_of("/?#")).find('@') == std::string_view::npos) return ok();
  return fail(ErrorKind::kUsage, msg::kTeacherUrlWithPassword);
}

std::string remote_program() {
  std::error_code failed;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
  const std::string beside = failed ? std::string() : (self.parent_path() / kProgram).string();
  return !beside.empty() && access(beside.c_str(), X_OK) == 0 ? beside : kProgram;
}

Result<std::unique_ptr<RemoteSource>> RemoteSource::start(const std::string& program, RemoteEndpoint endpoint) {
  std::vector<std::string> arguments = {"--lang", language() == Language::kKorean ? "ko" : "en"};
  TRY(auto process, LineProcess::start(program, std::move(arguments)));
  return std::unique_ptr<RemoteSource>(new RemoteSource(std::move(endpoint), std::move(process)));
}

Result<std::vector<SourceAnswer>> RemoteSource::answer(std::span<const SourceQuestion> questions) {
  std::vector<SourceAnswer> answers;
  for (const SourceQuestion& question : questions) {
    TRY(SourceAnswer answer, ask(question));
    answers.push_back(std::move(answer));
  }
  return answers;
}

Result<SourceAnswer> RemoteSource::ask(const SourceQuestion& question) {
  const int64_t id = ++n_asked_;
  TRY(const std::string line, process_->ask(request_line(id, endpoint_, question)));
  const auto reply = parse_json(line);
  const auto text_at = [&](const char* key) -> const JsonValue* {
    const JsonValue* const value = reply->find(key);
    return value && value->is(JsonValue::Kind::kString) ? value : nullptr;
  };
  const bool is_object = reply && reply->is(JsonValue::Kind::kObject);
  if (const JsonValue* const error = is_object ? text_at("error") : nullptr) {
    return tl::make_unexpected(Error{ErrorKind::kIo, error->text});
  }
  const JsonValue* const text = is_object ? text_at("text") : nullptr;
  const JsonValue* const answered = is_object ? reply->find("id") : nullptr;
  if (!text || !answered || to_json(*answered) != std::to_string(id)) {
    return fail(ErrorKind::kIo, msg::kProgramNotUnderstood, kProgram, printable(line));
  }
  return SourceAnswer{.text = text->text, .is_cut = reply->find("cut") != nullptr};
}

}  // namespace ondol
