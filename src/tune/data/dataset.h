// Dataset: the examples a model is trained on, and those held out to judge it by.
//
// Files are read as a stream, and what is kept are tokens, 5 bytes each.  Equal examples count once.  Whether an
// example is held out depends on its prompt's text alone: it stays where it is when the file grows, for every tokenizer
// and seed, and equal prompts never stand on both sides.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "measure/records/data_file.h"
#include "tune/data/example_encoder.h"

namespace ondol {

// A teacher that reads the same records in its own tokens and template; both outlive the reading.
struct SecondReader {
  const Tokenizer* tokenizer;
  const ChatTemplate* chat;  // null for a model that completes text
  int64_t context_length;    // tokens; a longer example it does not read
};

struct DatasetOptions {
  DataFileOptions file{};
  EncodeRules rules{};
  // Of prompts that are held out, 0 … 0.5; nothing is when files are given for it.
  double held_out_share = 0.05;
  std::vector<std::string> held_out_paths{};
  std::vector<std::string> written_paths{};  // more to train on, JSONL of our own making: `file` is not for them
  bool strict = false;  // an example that is empty or too long is an error; else it is left out and noted
  std::optional<SecondReader> teacher{};
  // Hears of how far reading of the files has come; may be null.
  std::function<void(int64_t bytes_read, int64_t size_bytes)> progress = nullptr;
};

struct Dataset {
  std::vector<Example> train, held_out;  // in the order of the files
  // With a second reader: those of `train` as it reads them.  Without tokens where its template parts a conversation
  // into other examples, or its context is too short.
  std::vector<Example> train_by_teacher;
  // SHA-256 of all examples and where they stand, 64 digits: the same for the same training, whatever the files' names.
  std::string identity;
  int64_t n_train_tokens = 0, n_train_learned = 0;  // all, and those the loss counts
  int64_t n_held_out_tokens = 0, n_held_out_learned = 0;
  // What the user should know, in their language: examples left out and the first of them, prompts on both sides.
  std::vector<std::string> notes;
};

// Reads data files.  `chat` as in ExampleEncoder.  Fails as read_data_file() and ExampleEncoder, or with kBadInput: no
// example left to train on, one answer for all examples, a record the second reader cannot read, a share out of range
// (kUsage), or kInterrupted.
Result<Dataset> read_dataset(const std::vector<std::string>& paths, const Tokenizer& tokenizer,
                             const ChatTemplate* chat, const DatasetOptions& options);

}  // namespace ondol
