#include "tune/synthesis/synthesis_job.h"

#include <filesystem>

#include "base/interrupt.h"
#include "base/sha256.h"
#include "grammar/schema_grammar.h"
#include "tune/synthesis/local_source.h"
#include "tune/synthesis/remote_source.h"
#include "tune/synthesis/synthesis_card.h"
#include "tune/synthesis/synthesis_messages.h"

namespace ondol {
namespace {

namespace fs = std::filesystem;

// What answers of `model` are held to.
Result<AnswerFormat> held_format(const Schema& schema, const Model& model) {
  TRY(const SchemaGrammar compiled, schema_grammar(schema));
  return AnswerFormat{.grammar = compiled.grammar,
                      .vocabulary = std::make_shared<const MaskVocabulary>(*model.tokenizer),
                      .needs_guard = compiled.needs_guard};
}

}  // namespace

Result<std::unique_ptr<SynthesisJob>> SynthesisJob::prepare(const SynthesisJobOptions& options, ThreadPool& pool) {
  std::unique_ptr<SynthesisJob> job(new SynthesisJob(options, pool));
  if (!options.schema.empty()) {
    TRY(job->schema_, Schema::parse(options.schema));
    job->options_.asked.schema = job->schema_.get();
  }
  TRY(job->examples_, read_pairs(options.examples, options.file));
  TRY(job->cards_, read_data_cards(options.examples));
  TRY(job->find_pairs());
  if (job->n_pairs() >= options.asked.n_pairs) return job;
  const bool may_replace = options.force || job->n_pairs() > 0;
  TRY(AtomicFile data, AtomicFile::create(options.output, may_replace, options.examples));
  TRY(AtomicFile card, AtomicFile::create(synthesis_card_path(options.output), may_replace, options.examples));
  job->data_.emplace(std::move(data));
  job->card_.emplace(std::move(card));
  TRY(is_endpoint_url(options.teacher) ? job->start_remote() : job->load_file());
  return job;
}

// Of the card: how the pairs came about.
std::string SynthesisJob::source() const {
  const SynthesisOptions& asked = options_.asked;
  Sha256 run;
  for (const std::string& text :
       {options_.teacher, options_.endpoint_model, options_.chat_template, options_.schema, asked.task}) {
    run.add_value(static_cast<uint64_t>(text.size())).add(text);
  }
  run.add(fmt::format("{} {} {} {}", asked.n_samples, asked.max_tokens, asked.temperature, asked.seed));
  return "ondol synthesise, run " + to_hex(run.finish()).substr(0, 16);
}

// Takes over the pairs of the same run.
Status SynthesisJob::find_pairs() {
  std::error_code ignored;
  if (!options_.goes_on || !fs::exists(options_.output, ignored)) return ok();
  TRY(const std::vector<DataCard> cards, read_data_cards({options_.output}));
  if (cards.front().source == source()) {
    TRY(synthesis_.pairs, read_pairs({options_.output}, {}));
    return ok();
  }
  return options_.force ? ok() : fail(ErrorKind::kBadInput, msg::kSynthesisOfAnotherRun, options_.output);
}

Status SynthesisJob::load_file() {
  const std::string& path = options_.teacher;
  TRY(model_, load_model(path, pool_));
  if (!model_->tokenizer) return fail(ErrorKind::kBadInput, msg::kSynthesisNoTokenizer, path);
  const Metadata& metadata = model_->metadata;
  std::string jinja = options_.chat_template;
  if (jinja.empty()) jinja = metadata.get_string("tokenizer.chat_template").value_or("");
  if (jinja.empty()) return fail(ErrorKind::kBadInput, msg::kSynthesisNoTemplate, path, chat_template_names());
  TRY(chat_, ChatTemplate::parse(jinja));
  std::optional<AnswerFormat> held;
  if (schema_) {
    auto format = held_format(*schema_, *model_);
    if (format) held = std::move(*format);
    else not_held_ = format.error().message;
  }
  TRY(teacher_, LocalSource::create(*model_, *chat_, pool_, std::move(held)));
  teacher_card_ = {.name = std::string(metadata.get_string("general.name").value_or("")),
                   .licence = std::string(metadata.get_string("general.license").value_or(""))};
  if (teacher_card_.name.empty()) teacher_card_.name = fs::path(path).filename();
  return ok();
}

Status SynthesisJob::start_remote() {
  const std::string& url = options_.teacher;
  TRY(teacher_, RemoteSource::start(remote_program(),
                                    {.url = url, .model = options_.endpoint_model, .timeout_s = options_.timeout_s}));
  teacher_card_ = {.name = options_.endpoint_model.empty() ? url : options_.endpoint_model, .source = url};
  return ok();
}

Status SynthesisJob::run() {
  const int64_t n_found = n_pairs();
  if (n_found >= options_.asked.n_pairs) return ok();
  std::vector<Pair> known = examples_;
  known.insert(known.end(), synthesis_.pairs.begin(), synthesis_.pairs.end());
  SynthesisOptions asked = options_.asked;
  asked.n_pairs -= n_found;
  asked.seed += static_cast<uint64_t>(n_found);  // other draws than those that led here
  const Status status = synthesise(*teacher_, known, asked, synthesis_);
  const SynthesisCounts& counts = synthesis_.counts;
  if (synthesis_.pairs.empty()) {
    if (!status) return status;
    return fail(ErrorKind::kRefused, msg::kSynthesisNothing, counts.n_asked, counts.n_duplicates, counts.n_unusable,
                counts.n_refused, counts.n_disagreed);
  }
  clear_interrupt();  // what was kept is written all the same
  TRY(write());
  return status;
}

Status SynthesisJob::write() {
  for (const Pair& pair : synthesis_.pairs) TRY(data_->write(chat_line(pair) + "\n"));
  const DataCard own{.name = fs::path(options_.output).filename(), .licence = options_.licence, .source = source()};
  TRY(card_->write(synthesis_card(own, cards_, teacher_card_)));
  TRY(card_->commit());
  return data_->commit();
}

}  // namespace ondol
