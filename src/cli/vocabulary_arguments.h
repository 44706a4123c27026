// What `shrink` reads and says about trimming a vocabulary.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/atomic_file.h"
#include "cli/console.h"
#include "cli/data_arguments.h"
#include "cli/options.h"
#include "compress/corpus_trim.h"

namespace ondol {

struct VocabularyArguments {
  static constexpr double kDefaultGrowth = 0.25;
  std::vector<std::string> corpus;
  double most_growth = kDefaultGrowth;  // percent more tokens in the field
  std::string tokenizer_json;           // where the trimmed tokenizer goes, too; "" for nowhere
};

// --vocab, --vocab-growth and --tokenizer-json.
void declare_vocabulary(Options& options, VocabularyArguments& args);

// Chooses a vocabulary by args.corpus, which `data` says how to read, and trims `original`.  Notes on `console` which
// scripts the corpus lacks that the vocabulary or data.files need.  Fails as TokenizerTrim, read_field_text() and
// trim_vocabulary() do.
Result<TrimmedModel> trim_by_corpus(const VocabularyArguments& args, const DataArguments& data,
                                    const ImportedModel& original, Console& console);

// args.tokenizer_json with the tokenizer of `trimmed`, complete but not committed; null where it is not asked for.
Result<std::unique_ptr<AtomicFile>> begin_tokenizer_json(const VocabularyArguments& args, const ImportedModel& trimmed,
                                                         bool force);

void print_trim(const TrimReport& report, Console& console);
nlohmann::ordered_json trim_json(const TrimReport& report);

}  // namespace ondol
