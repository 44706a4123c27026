// ModelShelf: the models a server knows, loaded when they are asked for and given up when another needs their room.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
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

// Any thread.
class ModelShelf {
 public:
  using Loaded = ApiResult<std::shared_ptr<HostedModel>>;

  // Fails with kBadInput where two models would have one name: that of the file without ".gguf".
  static Result<std::unique_ptr<ModelShelf>> create(ShelfOptions options, ThreadPool& computing);

  // Loads the first model, so that what is wrong with it is known before anybody asks.
  Status load_first();

  // Calls `then` with the model of that name ("": the first; any name where only one is served), at once or on the
  // loading thread when it has been loaded.  404 for a name that is not known, 503 where there is no room.
  void get(const std::string& name, std::function<void(Loaded)> then);

  struct Place {
    std::string name;
    std::shared_ptr<HostedModel> model;  // null: not loaded
    int64_t created_s = 0, file_bytes = 0;
  };
  std::vector<Place> places() const;
  // Null while it is not loaded.
  std::shared_ptr<HostedModel> first() const;
  int64_t memory_bytes() const;  // of the loaded ones

 private:
  struct Entry {
    std::string name, path;
    std::shared_ptr<HostedModel> model{};
    uint64_t used = 0;  // higher: asked for later
    bool is_loading = false;
    std::vector<std::function<void(Loaded)>> waiting{};
  };

  ModelShelf(ShelfOptions options, ThreadPool& computing);
  void load(Entry& entry);
  Loaded load_now(const Entry& entry);
  ApiStatus make_room(const Entry& entry);

  ShelfOptions options_;
  ThreadPool& computing_;
  std::unique_ptr<ThreadPool> pool_;  // of the loading thread
  mutable std::mutex mutex_;
  std::vector<Entry> entries_;  // their number never changes
  uint64_t n_uses_ = 0;
  TaskThread loading_;
};

}  // namespace ondol
