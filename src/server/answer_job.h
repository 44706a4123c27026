// AnswerJob: one request from its parsed form to the last word of its answer.
//
// Preparing (template, tokens, grammar) is done on whatever thread calls prepare(); everything else happens on the
// engine thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "server/answer_request.h"
#include "server/answer_sink.h"
#include "server/engine_thread.h"
#include "server/metrics.h"

namespace ondol {

// A request made ready for its model.
struct PreparedAnswer {
  std::shared_ptr<HostedModel> model;
  std::vector<std::vector<TokenId>> prompts;
  int n = 1;
  GenerateOptions options{};                     // its format is `format`
  std::shared_ptr<const AnswerFormat> format{};  // null: free
  std::optional<AnswerSyntax> syntax{};          // of a chat's answers
  std::vector<float> adapter_scales{};           // of each adapter of the model
};

// Fails with 400: what the template, the grammar or the model refuses.
ApiResult<PreparedAnswer> prepare_answer(AnswerRequest request, std::shared_ptr<HostedModel> model);
// The tokens of a chat alone, for those who only count them.
ApiResult<std::vector<TokenId>> chat_tokens(const ChatPrompt& prompt, const HostedModel& model);
// The text of a chat as its template writes it.
ApiResult<std::string> chat_text(const ChatPrompt& prompt, const HostedModel& model);

class AnswerJob : public std::enable_shared_from_this<AnswerJob> {
 public:
  AnswerJob(EngineThread& engine, Metrics& metrics, PreparedAnswer prepared, std::shared_ptr<AnswerSink> sink);
  ~AnswerJob();

  // Any thread.  The answer goes to the sink.
  void start();
  // Any thread.  Nothing is computed for it after the step under way.
  void cancel();

 private:
  struct Choice {
    std::optional<StreamId> stream;
    std::optional<AnswerReader> reader;
  };

  void add_streams();
  void add_stream(int choice, const std::vector<TokenId>& prompt);
  void take_end(int choice, Result<Generated> generated);

  EngineThread& engine_;
  Metrics& metrics_;
  PreparedAnswer prepared_;
  std::shared_ptr<AnswerSink> sink_;
  std::vector<Choice> choices_;
  size_t n_ended_ = 0;
  bool cancelled_ = false, failed_ = false;
};

}  // namespace ondol
