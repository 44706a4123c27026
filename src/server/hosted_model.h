// HostedModel: one loaded model with all that answering needs.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "engine/streams.h"
#include "model/model.h"
#include "prompt/chat_template.h"
#include "server/adapter_scales.h"
#include "server/format_cache.h"
#include "server/hosted_embedder.h"

namespace ondol {

// How models are loaded; the same for all of a server.
struct HostingOptions {
  EngineOptions engine{};  // max_sequences: streams at once
  LoadOptions load{};
  std::string chat_template{};                    // Jinja text instead of the models' own; "": theirs
  bool obeys_stored_schema = true;                // answers in a chat are held to the schema the model file stores
  std::function<Status(Model&)> adapt = nullptr;  // gives a loaded model its adapters; may be null
  std::vector<std::string> adapter_names{};       // in the order they are given
};

struct HostedModel {
  // Fails as load_model(), Engine::create() and ChatTemplate::parse() do.
  //   loading   used during the call; `computing` is the engine's, and outlives the model
  static Result<std::shared_ptr<HostedModel>> load(std::string name, const std::string& path,
                                                   const HostingOptions& options, ThreadPool& loading,
                                                   ThreadPool& computing);

  // Of weights, and of what the engine (where a model embeds only, the embedder) may fill; `model` may be an outline.
  static Result<int64_t> needed_bytes(const Model& model, const HostingOptions& options, int n_threads);

  std::string name;
  int64_t created_s = 0;  // of the file, seconds since 1970
  int64_t file_bytes = 0;
  int64_t memory_bytes = 0;                           // needed_bytes()
  int64_t context_length = 0;                         // tokens that a stream, or a text to embed, may have
  Model model;                                        // has a tokenizer
  std::optional<ChatTemplate> chat, chat_with_tools;  // the second where the file has one of its own
  std::optional<std::string> stored_schema;           // that answers in a chat are held to
  std::unique_ptr<FormatCache> formats;
  std::vector<std::string> adapter_names;
  AdapterScales adapter_scales;

  // On the engine thread only, but for their sizes.
  std::unique_ptr<Engine> engine;    // null where the model embeds only
  std::unique_ptr<Streams> streams;  // of the engine
  std::unique_ptr<HostedEmbedder> embedder;

  // On the engine thread: one step of whatever there is to do.
  void step();
  // Forgets all streams and texts; nobody is told.  What they hold, this model for one, is let go.  Nothing is computed
  // after it.
  void give_up();
  bool idle() const;

  // Null where the model has no template.
  const ChatTemplate* chat_for(bool with_tools) const {
    if (with_tools && chat_with_tools) return &*chat_with_tools;
    return chat ? &*chat : nullptr;
  }
};

// For answers that are held to the schema the model file stores; it has one.
FormatWish stored_wish(const HostedModel& model);

}  // namespace ondol
