// Data files as several commands take them: texts and examples, with columns and labels.
#pragma once

#include <string>
#include <vector>

#include "base/progress.h"
#include "cli/console.h"
#include "cli/options.h"
#include "model/model.h"
#include "tune/data/dataset.h"

namespace ondol {

struct DataArguments {
  std::vector<std::string> files;
  std::string columns, map, format = "auto";
};

// --columns, --map and --format; the files are the command's to declare.
void declare_data_format(Options& options, DataArguments& args);

// What those options say of the files.  Fails with kUsage.
Result<DataFileOptions> data_file_options(const DataArguments& args);

// The files' examples as `model` reads them, nothing held out, none longer than `context_length` tokens; 0: the
// model's, at most 512.  Fails as read_dataset() does.
Result<Dataset> read_examples(const DataArguments& args, const Model& model, int64_t context_length,
                              ProgressStyle progress);

// The same, or where no file is given the built-in examples (compress/default_text.h), which is remarked upon.
Result<Dataset> examples_or_default(const DataArguments& args, const Model& model, ThreadPool& pool, Console& console);

// Remarks that a text which surprises `model` so much, `nats` a token, may be of another language or field.
void note_foreign_text(double nats, const Model& model, Console& console);

}  // namespace ondol
