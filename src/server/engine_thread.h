// EngineThread: the one thread on which models compute.
//
// Between two steps it carries out what others posted (new streams, cancellations), so a cancellation waits for one
// step at most.  Several models with streams take turns, a step each.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "server/hosted_model.h"

namespace ondol {

class EngineThread {
 public:
  EngineThread() : thread_([this] { run(); }) {}
  // Streams that still run end as cancelled.
  ~EngineThread();
  EngineThread(const EngineThread&) = delete;
  EngineThread& operator=(const EngineThread&) = delete;

  // Any thread.  A task throws nothing.
  void post(std::function<void()> task);
  // On this thread: steps the model from now on, until it has no streams left.
  void keep_stepping(const std::shared_ptr<HostedModel>& model);

 private:
  void run();
  bool carry_out(bool wait);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::function<void()>> tasks_;
  bool stop_ = false;
  std::vector<std::shared_ptr<HostedModel>> stepping_;
  std::thread thread_;
};

}  // namespace ondol
