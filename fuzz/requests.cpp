// Any body into any endpoint of the server: parsed, rendered, compiled and made ready for a model, and refused in words
// that tell nothing of the machine.
//   | path | '\n' | body |          a path that nobody answers stands for one that somebody does
// Most clients have left by the time there is something to compute, so that cases are quick; some leave with the first
// token.
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "base/check.h"
#include "prompt/chat_template.h"
#include "server/endpoint_list.h"
#include "server/json/json_text.h"
#include "server/service.h"

namespace ondol {
namespace {

// Says when nobody holds it any more: the request is over then, on all threads.
class Client : public Responder {
 public:
  struct Ending {
    std::mutex mutex;
    std::condition_variable changed;
    bool reached = false;
  };

  Client(Ending& ending, bool is_patient) : ending_(ending), gone_(!is_patient) {}
  ~Client() override {
    const std::lock_guard lock(ending_.mutex);
    ending_.reached = true;
    ending_.changed.notify_one();
  }

  void send(HttpAnswer answer) override {
    CHECK(answer.status < 500 || answer.status == 503);
    if (answer.status >= 400) check_error(answer.body);
  }
  void begin(HttpAnswer head) override { CHECK(head.status == 200); }
  void write(std::string) override { leave(); }
  void end() override {}
  bool gone() const override { return false; }  // nobody has looked yet
  void on_gone(std::function<void()> then) override {
    {
      const std::lock_guard lock(mutex_);
      then_ = std::move(then);
      if (!gone_) return;
    }
    leave();
  }

 private:
  void leave() {
    std::function<void()> then;
    {
      const std::lock_guard lock(mutex_);
      gone_ = true;
      then = std::exchange(then_, nullptr);
    }
    if (then) then();
  }

  static void check_error(const std::string& body) {
    CHECK(Json::parse(body, nullptr, /*allow_exceptions=*/false).contains("error"));
    for (const std::string_view secret : {ONDOL_SOURCE_DIR, "std::", "exception"}) {
      CHECK(body.find(secret) == std::string::npos);
    }
  }

  Ending& ending_;
  std::mutex mutex_;
  bool gone_;
  std::function<void()> then_;
};

// A server without its sockets, on the smallest model there is and a template that has tools and thinking.
class Bench {
 public:
  Bench() {
    ShelfOptions options{.paths = {ONDOL_SOURCE_DIR "/models/ondol-home-ko.gguf"}};
    options.hosting.chat_template = std::string(builtin_chat_template("qwen3"));
    auto shelf = ModelShelf::create(std::move(options), computing_);
    CHECK(shelf && (*shelf)->load_first());
    service_ = std::make_unique<Service>(ServiceOptions{}, std::move(*shelf));
    service_->traffic = &traffic_;
  }

  void ask(const Endpoint& endpoint, std::string_view body) {
    Client::Ending ending;
    HttpRequest request{.method = std::string(endpoint.method), .path = std::string(endpoint.path)};
    request.body = body;
    const bool is_patient = body.size() % 8 == 0;
    service_->handle(std::move(request), std::make_shared<Client>(ending, is_patient));
    std::unique_lock lock(ending.mutex);
    ending.changed.wait(lock, [&] { return ending.reached; });
  }

 private:
  ThreadPool computing_{1};
  TrafficCount traffic_;
  std::unique_ptr<Service> service_;
};

const Endpoint& endpoint_of(std::string_view path) {
  for (const Endpoint* endpoint : endpoint::kAll) {
    if (endpoint->path == path) return *endpoint;
  }
  return *endpoint::kAll[std::hash<std::string_view>()(path) % std::size(endpoint::kAll)];
}

}  // namespace
}  // namespace ondol

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static ondol::Bench& bench = *new ondol::Bench;  // its threads outlive main's end
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(all.find('\n'), size);
  bench.ask(ondol::endpoint_of(all.substr(0, end)), all.substr(std::min(end + 1, size)));
  return 0;
}
