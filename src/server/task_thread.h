// TaskThread: one thread that carries out tasks in the order they were posted, and one more when its alarm rings.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace ondol {

class TaskThread {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr Clock::time_point kNever = Clock::time_point::max();

  // `on_alarm` may be null where no alarm is set.
  explicit TaskThread(std::function<void()> on_alarm = nullptr)
      : on_alarm_(std::move(on_alarm)), thread_([this] { run(); }) {}
  ~TaskThread() { stop(); }
  TaskThread(const TaskThread&) = delete;
  TaskThread& operator=(const TaskThread&) = delete;

  // Any thread.  A task throws nothing.
  void post(std::function<void()> task);
  // Any thread.  `on_alarm` is called once at that time, or behind the tasks that are posted then; in place of an
  // alarm set before.
  void set_alarm(Clock::time_point at);
  // Ends with the task that is being carried out.  Those behind it are dropped, and so is what is posted later.
  void stop();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool stop_ = false;
  std::function<void()> on_alarm_;
  Clock::time_point alarm_ = kNever;
  std::thread thread_;
};

}  // namespace ondol
