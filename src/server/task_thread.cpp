#include "server/task_thread.h"

#include <utility>

namespace ondol {

void TaskThread::stop() {
  std::deque<std::function<void()>> dropped;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    dropped.swap(tasks_);
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void TaskThread::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (stop_) return;
    tasks_.push_back(std::move(task));
  }
  changed_.notify_one();
}

void TaskThread::set_alarm(Clock::time_point at) {
  {
    const std::lock_guard lock(mutex_);
    alarm_ = at;
  }
  changed_.notify_one();
}

void TaskThread::run() {
  for (;;) {
    std::function<void()> task;
    {
      std::unique_lock lock(mutex_);
      while (!stop_ && tasks_.empty() && Clock::now() < alarm_) {
        if (alarm_ == kNever) changed_.wait(lock);
        else changed_.wait_until(lock, alarm_);
      }
      if (stop_) return;
      if (!tasks_.empty()) {
        task = std::move(tasks_.front());
        tasks_.pop_front();
      } else {
        alarm_ = kNever;
        task = on_alarm_;
      }
    }
    task();
  }
}

}  // namespace ondol
