#include "server/model_shelf.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/clock.h"
#include "base/log.h"
#include "format/checkpoint.h"
#include "server/server_messages.h"

namespace ondol {
namespace {

std::string name_of_file(const std::string& path) {
  std::filesystem::path name = std::filesystem::path(path).lexically_normal();
  if (name.filename().empty()) name = name.parent_path();
  return name.extension() == ".gguf" ? name.stem().string() : name.filename().string();
}

// Weights and what the engine may fill, from the header alone.
Result<int64_t> needed_bytes(const std::string& path, const HostingOptions& options, int n_threads) {
  TRY(const Checkpoint checkpoint, open_checkpoint(path));
  TRY(const Model outline, outline_model(checkpoint, path, options.load));
  return HostedModel::needed_bytes(outline, options, n_threads);
}

}  // namespace

// As long as it lives the model is in use.
struct ModelShelf::Use {
  Use(ModelShelf& of, Entry& used) : shelf(of), entry(used), model(used.model) {}
  ~Use() {
    model = nullptr;  // before it may be given up, so that it ends on the loading thread
    shelf.end_use(entry);
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  ModelShelf& shelf;
  Entry& entry;
  std::shared_ptr<HostedModel> model;
};

ModelShelf::ModelShelf(ShelfOptions options, ThreadPool& computing)
    : options_(std::move(options)),
      computing_(computing),
      pool_(std::make_unique<ThreadPool>(options_.n_threads)),
      loading_([this] { give_up_unused(); }) {}

Result<std::unique_ptr<ModelShelf>> ModelShelf::create(ShelfOptions options, ThreadPool& computing) {
  std::unique_ptr<ModelShelf> shelf(new ModelShelf(std::move(options), computing));
  for (const std::string& path : shelf->options_.paths) {
    const std::string name = name_of_file(path);
    const bool is_known = std::any_of(shelf->entries_.begin(), shelf->entries_.end(),
                                      [&](const Entry& entry) { return entry.name == name; });
    if (is_known) return fail(ErrorKind::kBadInput, msg::kModelTwice, name);
    shelf->entries_.push_back({.name = name, .path = path});
  }
  return shelf;
}

Status ModelShelf::load_first() {
  Entry& first = entries_.front();
  if (options_.ram_bytes > 0) {
    TRY(const int64_t needed, needed_bytes(first.path, options_.hosting, computing_.n_threads()));
    if (needed > options_.ram_bytes) {
      return fail(ErrorKind::kBadInput, msg::kModelBeyondRam, first.name, needed, options_.ram_bytes);
    }
  }
  TRY(first.model, HostedModel::load(first.name, first.path, options_.hosting, *pool_, computing_));
  return ok();
}

// Under the lock.
ApiResult<ModelShelf::Entry*> ModelShelf::find(const std::string& name) {
  const auto named = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.name == name; });
  if (named != entries_.end()) return &*named;
  if (name.empty() || entries_.size() == 1) return &entries_.front();
  return refuse(404, format_message(msg::kNoSuchModel, printable(name)), "model", "model_not_found");
}

// Under the lock.
std::shared_ptr<HostedModel> ModelShelf::use(Entry& entry) {
  ++entry.n_uses;
  const auto use = std::make_shared<Use>(*this, entry);
  return {use, use->model.get()};
}

void ModelShelf::end_use(Entry& entry) {
  const std::lock_guard lock(mutex_);
  if (--entry.n_uses > 0) return;
  entry.idle_since_s = now_s();
  set_alarm();
}

// Under the lock: for the first model whose time is up when nobody asks for it.
void ModelShelf::set_alarm() {
  double first_s = kKeptForGood;
  for (const Entry& entry : entries_) {
    if (entry.model && entry.n_uses == 0) first_s = std::min(first_s, entry.idle_since_s + entry.keep);
  }
  const auto since_start = std::chrono::duration<double>(first_s);
  loading_.set_alarm(first_s == kKeptForGood
                         ? TaskThread::kNever
                         : TaskThread::Clock::time_point(std::chrono::ceil<TaskThread::Clock::duration>(since_start)));
}

// On the loading thread.
void ModelShelf::give_up_unused() {
  std::vector<std::shared_ptr<HostedModel>> given_up;  // they go when the lock is free again
  const std::lock_guard lock(mutex_);
  for (Entry& entry : entries_) {
    if (!entry.model || entry.n_uses > 0 || now_s() < entry.idle_since_s + entry.keep) continue;
    given_up.push_back(std::exchange(entry.model, nullptr));
    entry.keep = kKeptForGood;
  }
  set_alarm();
}

ApiStatus ModelShelf::give_up(const std::string& name) {
  const std::lock_guard lock(mutex_);
  TRY(Entry* const entry, find(name));
  if (!entry->model && !entry->is_loading) return {};
  entry->keep = 0;
  set_alarm();
  return {};
}

void ModelShelf::get(const std::string& name, std::optional<KeepTime> keep, std::function<void(Loaded)> then) {
  std::unique_lock lock(mutex_);
  const auto found = find(name);
  if (!found) {
    lock.unlock();
    return then(tl::make_unexpected(found.error()));
  }
  Entry& entry = **found;
  entry.used = ++n_asked_;
  if (keep) entry.keep = *keep;
  if (entry.model) {
    const auto model = use(entry);
    lock.unlock();
    return then(model);
  }
  entry.waiting.push_back(std::move(then));
  if (std::exchange(entry.is_loading, true)) return;
  loading_.post([this, &entry] { load(entry); });
}

// On the loading thread.
void ModelShelf::load(Entry& entry) {
  const auto loaded = load_now(entry);
  std::shared_ptr<HostedModel> model;
  std::vector<std::function<void(Loaded)>> waiting;
  {
    const std::lock_guard lock(mutex_);
    if (loaded) {
      entry.model = *loaded;
      model = use(entry);
    } else {
      entry.keep = kKeptForGood;
    }
    entry.is_loading = false;
    waiting.swap(entry.waiting);
  }
  for (const auto& then : waiting) then(loaded ? Loaded(model) : tl::make_unexpected(loaded.error()));
}

ApiResult<std::shared_ptr<HostedModel>> ModelShelf::load_now(const Entry& entry) {
  TRY(make_room(entry));
  auto model = HostedModel::load(entry.name, entry.path, options_.hosting, *pool_, computing_);
  if (model) return *model;
  log_line(LogLevel::kWarning, "{} could not be loaded", entry.name);
  const int status = model.error().kind == ErrorKind::kOutOfMemory ? 503 : 500;
  return refuse(status, format_message(msg::kModelNotLoaded, entry.name), "model");
}

// Gives up models nobody uses, those first that were asked for longest ago, until there is room for `entry`.
ApiStatus ModelShelf::make_room(const Entry& entry) {
  if (options_.ram_bytes == 0) return {};
  const auto needed = needed_bytes(entry.path, options_.hosting, computing_.n_threads());
  if (!needed) return refuse(500, format_message(msg::kModelNotLoaded, entry.name), "model");
  if (*needed > options_.ram_bytes) {
    return refuse(503, format_message(msg::kModelBeyondRam, entry.name, *needed, options_.ram_bytes), "model");
  }
  std::vector<std::shared_ptr<HostedModel>> given_up;  // they go when the lock is free again
  const std::lock_guard lock(mutex_);
  for (;;) {
    int64_t left_bytes = options_.ram_bytes;
    Entry* oldest = nullptr;
    for (Entry& other : entries_) {
      if (!other.model) continue;
      left_bytes -= other.model->memory_bytes;
      const bool is_idle = other.model.use_count() == 1;
      if (is_idle && (oldest == nullptr || other.used < oldest->used)) oldest = &other;
    }
    if (*needed <= left_bytes) return {};
    if (oldest == nullptr) {
      ApiError error(503, format_message(msg::kModelTooLarge, entry.name, *needed, left_bytes));
      error.retry_after_s = 5;
      return tl::make_unexpected(std::move(error));
    }
    given_up.push_back(std::exchange(oldest->model, nullptr));
    oldest->keep = kKeptForGood;
  }
}

std::vector<ModelShelf::Place> ModelShelf::places() const {
  const std::lock_guard lock(mutex_);
  std::vector<Place> places;
  for (const Entry& entry : entries_) {
    Place place{.name = entry.name, .model = entry.model};
    place.left_s = entry.n_uses > 0 ? entry.keep : std::max(0.0, entry.idle_since_s + entry.keep - now_s());
    struct stat file {};
    if (stat(entry.path.c_str(), &file) == 0) {
      place.created_s = file.st_mtim.tv_sec;
      place.file_bytes = file.st_size;
    }
    places.push_back(std::move(place));
  }
  return places;
}

std::shared_ptr<HostedModel> ModelShelf::first() const {
  const std::lock_guard lock(mutex_);
  return entries_.front().model;
}

int64_t ModelShelf::memory_bytes() const {
  const std::lock_guard lock(mutex_);
  int64_t bytes = 0;
  for (const Entry& entry : entries_) bytes += entry.model ? entry.model->memory_bytes : 0;
  return bytes;
}

}  // namespace ondol
