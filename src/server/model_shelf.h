// ModelShelf: the models a server knows, loaded when they are asked for and given up when another needs their room, or
// when nobody has used them for as long as a request said.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "server/api_error.h"
#include "server/hosted_model.h"
#include "server/task_thread.h"

namespace ondol {

struct ShelfOptions {
  std::vector<std::string> paths;  // at least one; the first answers where a request names none
  HostingOptions hosting{};
  int64_t ram_bytes = 0;  // of all loaded models together; 0: no limit of ours
  int n_threads = 1;      // that load
};

// How long a model stays when nobody uses it, in seconds.
using KeepTime = double;
inline constexpr KeepTime kKeptForGood = std::numeric_limits<double>::infinity();

// Any thread.  Outlives every use of a model it gave.
class ModelShelf {
 public:
  using Loaded = ApiResult<std::shared_ptr<HostedModel>>;

  // Fails with kBadInput where two models would have one name: that of the file without ".gguf".
  static Result<std::unique_ptr<ModelShelf>> create(ShelfOptions options, ThreadPool& computing);

  // Loads the first model, so that what is wrong with it is known before anybody asks.
  Status load_first();

  // Calls `then` with the model of that name ("": the first; any name where only one is served), at once or on the
  // loading thread when it has been loaded.  404 for a name that is not known, 503 where there is no room.  The model
  // is in use until the last copy of that pointer is gone; then it stays for `keep`, where this is said, from now on
  // until another request says otherwise or the model is given up.  One that nobody said anything of is kept for good.
  void get(const std::string& name, std::optional<KeepTime> keep, std::function<void(Loaded)> then);
  // Gives the model up as soon as nobody uses it.  Fails with 404.
  ApiStatus give_up(const std::string& name);

  struct Place {
    std::string name;
    std::shared_ptr<HostedModel> model;  // null: not loaded
    int64_t created_s = 0, file_bytes = 0;
    KeepTime left_s = kKeptForGood;  // that it would stay if nobody asked for it any more
  };
  std::vector<Place> places() const;
  // Null while it is not loaded.
  std::shared_ptr<HostedModel> first() const;
  int64_t memory_bytes() const;  // of the loaded ones

 private:
  struct Entry {
    std::string name, path;
    std::shared_ptr<HostedModel> model{};
    uint64_t used = 0;   // higher: asked for later
    int64_t n_uses = 0;  // of `model`, now
    KeepTime keep = kKeptForGood;
    double idle_since_s = 0;  // on the clock of now_s(); while n_uses is 0
    bool is_loading = false;
    std::vector<std::function<void(Loaded)>> waiting{};
  };
  struct Use;

  ModelShelf(ShelfOptions options, ThreadPool& computing);
  ApiResult<Entry*> find(const std::string& name);
  std::shared_ptr<HostedModel> use(Entry& entry);
  void end_use(Entry& entry);
  void load(Entry& entry);
  ApiResult<std::shared_ptr<HostedModel>> load_now(const Entry& entry);
  ApiStatus make_room(const Entry& entry);
  void give_up_unused();
  void set_alarm();

  ShelfOptions options_;
  ThreadPool& computing_;
  std::unique_ptr<ThreadPool> pool_;  // of the loading thread
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;  // their number never changes
  uint64_t n_asked_ = 0;
  TaskThread loading_;  // its alarm: a model has not been used for as long as it is to be kept
};

}  // namespace ondol
