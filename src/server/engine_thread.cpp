#include "server/engine_thread.h"

#include <algorithm>

namespace ondol {

EngineThread::~EngineThread() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void EngineThread::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void EngineThread::keep_stepping(const std::shared_ptr<HostedModel>& model) {
  if (std::find(stepping_.begin(), stepping_.end(), model) == stepping_.end()) stepping_.push_back(model);
}

// What was posted so far.  False when it is time to stop.
bool EngineThread::carry_out(bool wait) {
  std::vector<std::function<void()>> tasks;
  {
    std::unique_lock lock(mutex_);
    if (wait) changed_.wait(lock, [&] { return stop_ || !tasks_.empty(); });
    if (stop_) return false;
    tasks.swap(tasks_);
  }
  for (const auto& task : tasks) task();
  return true;
}

void EngineThread::run() {
  while (carry_out(/*wait=*/stepping_.empty())) {
    for (const auto& model : stepping_) model->step();
    std::erase_if(stepping_, [](const auto& model) { return model->idle(); });
  }
  for (const auto& model : stepping_) model->give_up();
  stepping_.clear();
}

}  // namespace ondol
