#include "compress/second_moments.h"

#include <algorithm>
#include <cmath>

#include "compress/compress_messages.h"
#include "compress/example_feed.h"
#include "compress/matrix_names.h"
#include "tune/gemm.h"

namespace ondol {
namespace {

class MomentSums : public ProductObserver {
 public:
  MomentSums(const Checkpoint& checkpoint, ThreadPool& pool, int64_t max_bytes)
      : names_(checkpoint), pool_(pool), bytes_left_(max_bytes) {}

  void see(const WeightView& matrix, int64_t /*expert*/, const float* x, int64_t n_tokens) override {
    const NamedTensor* tensor = names_.find(matrix);
    if (tensor == nullptr || tensor->view.shape.n_dims > 2) return;
    const auto known = moments_.find(tensor->name);
    if (known != moments_.end()) {
      if (known->second.is_own) add(known->second, matrix.n_cols, x, n_tokens);
      return;
    }
    // q, k and v read the same, and so do gate and up: whoever came just before is looked at
    Entry entry;
    const size_t count = static_cast<size_t>(n_tokens * matrix.n_cols);
    if (last_.moment && last_x_.size() == count && std::equal(last_x_.begin(), last_x_.end(), x)) {
      entry = {last_.moment, false};
    } else {
      const int64_t bytes = matrix.n_cols * matrix.n_cols * static_cast<int64_t>(sizeof(float));
      if (bytes <= bytes_left_) {
        bytes_left_ -= bytes;
        entry = {std::make_shared<SecondMoment>(), true};
        add(entry, matrix.n_cols, x, n_tokens);
      }
      last_x_.assign(x, x + count);
      last_ = entry;
    }
    moments_.emplace(tensor->name, entry);
  }

  Result<SecondMoments> take() {
    SecondMoments taken;
    for (const auto& [name, entry] : moments_) {
      if (!entry.moment) continue;
      for (int64_t i = 0; entry.is_own && i < entry.moment->n_cols; ++i) {
        if (!std::isfinite(entry.moment->sums[static_cast<size_t>(i * (entry.moment->n_cols + 1))])) {
          return fail(ErrorKind::kBadInput, msg::kCalibrationNotFinite);
        }
      }
      taken.emplace(name, entry.moment);
    }
    return taken;
  }

 private:
  struct Entry {
    std::shared_ptr<SecondMoment> moment;  // null: there was no room
    bool is_own = false;                   // else another tensor's, which adds to it
  };

  void add(const Entry& entry, int64_t n_cols, const float* x, int64_t n_tokens) {
    if (!entry.moment || n_tokens == 0) return;
    SecondMoment& moment = *entry.moment;
    if (moment.n_cols == 0) {
      moment.n_cols = n_cols;
      moment.sums.assign(static_cast<size_t>(n_cols * n_cols), 0.0f);
    }
    moment.n_tokens += n_tokens;
    const StridedMatrix transposed{x, 1, n_cols}, rows{x, n_cols, 1};
    multiply(pool_, Precision::kF32, n_cols, n_cols, n_tokens, transposed, rows, moment.sums.data(), n_cols, true,
             scratch_);
  }

  MatrixNames names_;
  ThreadPool& pool_;
  int64_t bytes_left_;
  std::map<std::string, Entry> moments_;
  Entry last_;
  std::vector<float> last_x_;
  GemmScratch scratch_;
};

}  // namespace

Result<SecondMoments> measure_second_moments(const Model& model, const Checkpoint& checkpoint, ThreadPool& pool,
                                             std::span<const Example> examples, const CalibrateOptions& options,
                                             int64_t max_bytes,
                                             const std::function<void(int64_t n_done, int64_t n_all)>& report) {
  MomentSums sums(checkpoint, pool, max_bytes);
  TRY(ExampleFeed feed,
      ExampleFeed::create(model, pool, examples,
                          {.chunk_tokens = options.chunk_tokens, .max_chunks = options.max_chunks, .observer = &sums}));
  for (int64_t chunk = 0; chunk < feed.n_chunks(); ++chunk) {
    TRY(feed.read(chunk, [](const Example&, int64_t, int64_t, const float*) {}));
    report(chunk + 1, feed.n_chunks());
  }
  return sums.take();
}

}  // namespace ondol
