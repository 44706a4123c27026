// What pruning is worth: the pruned model's file beside the whole model quantised to as many bytes, both held against
// the original on text that nothing was chosen by, so that users see when not to prune.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "compress/prune_by_loss.h"
#include "compress/shrink.h"

namespace ondol {

// Figures of one file against the original, its numbers multiplied in F32.
struct ComparedFile {
  int64_t size_bytes = 0;
  double mean_kl = 0, median_kl = 0, p99_kl = 0;  // KL(original || file) of the next token, nats
  double top1_agreement = 1;                      // share of positions where both hold the same token likeliest
  double bits_per_byte = 0;
};

// Which file of the same bytes moves the model less.
enum class Verdict { kPruned, kPlain, kAlike };

// By the differences of the two divergences at the same positions: alike where their mean is within two standard errors
// of nothing.  Positions count as independent draws, which they are not quite.
Verdict compare_divergences(std::span<const double> pruned, std::span<const double> plain);

struct PruneComparison {
  ComparedFile original, pruned;
  std::optional<ComparedFile> plain;  // none: the whole model cannot be so small
  int64_t least_plain_bytes = 0;      // that its smallest types need
  std::optional<Verdict> verdict;     // none without `plain`
  int64_t n_positions = 0;            // that were judged by
  bool is_unseen = true;              // false: the text was too short to keep some for judging
};

// A pruned model ready to be written, and how it compares.
struct PrunedFile {
  std::optional<ShrunkModel> shrunk;  // where it was quantised
  ImportedModel model;                // where it was not
  PruneComparison comparison;

  // Fails as write_gguf(); then nothing is left behind.
  Status write(const std::string& path, ThreadPool& pool, WriteOptions options) const;
};

// Chooses types for `pruned`, which was made of `original`, within `shrink`.budget where `quantises`; else its matrices
// stay, or after a repair are as wide as the original's, F16 where that was quantised.  Then the whole model is shrunk
// to as many bytes with the same options (without a repair where the pruned one is not quantised).  Both models outlive
// the result.  Fails as shrink_model() and calibrate() do.
Result<PrunedFile> compare_pruned(const ImportedModel& original, const PrunedModel& pruned, const std::string& name,
                                  const ShrinkTexts& texts, const ShrinkOptions& shrink, bool quantises,
                                  ThreadPool& pool, const ShrinkProgress& progress);

}  // namespace ondol
