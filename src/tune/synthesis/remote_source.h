// RemoteSource: an OpenAI-compatible endpoint as the teacher, asked by the program `ondol-remote`.
//
// `ondol` itself cannot reach the network (cmake/check_no_network.cmake): it sees no key and no certificate, only JSON
// lines, whose form stands in remote/chat_completion.h.
#pragma once

#include <memory>
#include <string_view>

#include "tune/synthesis/line_process.h"
#include "tune/synthesis/text_source.h"

namespace ondol {

struct RemoteEndpoint {
  std::string url;    // "https://HOST/v1"
  std::string model;  // as the endpoint names it; "" where it has but one
  int64_t timeout_s = 300;
};

// Whether a teacher is an address, and no file.
bool is_endpoint_url(std::string_view teacher);
// Fails with kUsage for an address that holds a name or password: it would be seen in lists of processes and logs.
Status check_endpoint_url(std::string_view url);

// `ondol-remote` beside the running program, or else its name, to be found on PATH.
std::string remote_program();

class RemoteSource : public TextSource {
 public:
  // Starts `program`.  The address was checked.  Fails with kIo.
  static Result<std::unique_ptr<RemoteSource>> start(const std::string& program, RemoteEndpoint endpoint);

  // One after another.
  Result<std::vector<SourceAnswer>> answer(std::span<const SourceQuestion> questions) override;

 private:
  RemoteSource(RemoteEndpoint endpoint, std::unique_ptr<LineProcess> process)
      : endpoint_(std::move(endpoint)), process_(std::move(process)) {}

  Result<SourceAnswer> ask(const SourceQuestion& question);

  RemoteEndpoint endpoint_;
  std::unique_ptr<LineProcess> process_;
  int64_t n_asked_ = 0;
};

}  // namespace ondol
