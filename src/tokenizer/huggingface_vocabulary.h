// The vocabulary of a tokenizer.json: entries by id, scores and merges, whichever model it is of.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "tokenizer/component_json.h"
#include "tokenizer/pipeline.h"

namespace ondol {

struct HuggingFaceVocabulary {
  std::vector<std::string> entries;
  std::vector<TokenKind> kinds;                             // kUnused where no entry was set
  std::vector<double> scores;                               // of a unigram
  std::vector<std::pair<std::string, std::string>> merges;  // of BPE
  std::optional<int64_t> unknown;                           // its id
};

// `root` is the whole tokenizer.json.  Fails with kCorruptFile, or kUnsupported for merges of entries with spaces,
// which GGUF cannot hold.
Result<HuggingFaceVocabulary> read_huggingface_vocabulary(ComponentJson root, const WordModel& model);

// Scores that order entries as their merges do, for readers that merge by score.
std::vector<double> scores_of_merges(const HuggingFaceVocabulary& vocabulary);

// True where the merges are all the ways to cut an entry in two, those of the best of scores_of_merges() first and of
// those the longest left part first: then the scores say all.
bool are_merges_by_score(const HuggingFaceVocabulary& vocabulary);

}  // namespace ondol
