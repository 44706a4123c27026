// Logits of tiny models with adapters against PEFT and transformers in float32 (tools/reference/adapter_goldens.py):
// read from PEFT folders, carried through GGUF and back, and merged.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file_map.h"
#include "base/test_folder.h"
#include "engine/engine.h"
#include "format/gguf_writer.h"
#include "kernel/dispatch.h"
#include "kernel/exact.h"
#include "model/adapter/merge.h"
#include "model/adapter/read_adapter.h"
#include "model/adapter/write_adapter.h"
#include "model/import/import.h"
#include "reference.h"
#include "tensor/quant/f32.h"

namespace ondol {
namespace {

const std::string kFolder = std::string(ONDOL_SOURCE_DIR) + "/tests/golden/adapter/";
const std::string kBases = std::string(ONDOL_SOURCE_DIR) + "/tests/golden/family/";

struct Case {
  std::string base;
  std::vector<std::pair<std::string, float>> adapters;  // name in the case's folder, scale
};

class AdapterGolden : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const auto json = nlohmann::json::parse((*FileMap::open(folder_ + "/case.json"))->bytes());
    case_.base = kBases + json.at("base").get<std::string>();
    for (const auto& adapter : json.at("adapters")) {
      case_.adapters.emplace_back(adapter.at(0).get<std::string>(), adapter.at(1).get<float>());
    }
  }

  // The case's adapters, read for `model`, each after `carry` brought it elsewhere.
  using Carry = std::function<Result<std::string>(const std::string& path, const Model& model)>;
  Result<std::vector<ScaledAdapter>> adapters(const Model& model, const Carry& carry) const {
    std::vector<ScaledAdapter> read;
    for (const auto& [name, scale] : case_.adapters) {
      TRY(const std::string path, carry(folder_ + "/" + name, model));
      TRY(Adapter adapter, read_adapter(path, model));
      read.push_back({name, std::move(adapter), scale});
    }
    return read;
  }
  // `carry` outlives what comes back.
  LogitOptions with_adapters(const Carry& carry) const {
    return {.type = "F32", .prepare = [this, &carry](Model& model) -> Status {
              const auto read = adapters(model, carry);
              EXPECT_TRUE(read) << read.error().message;
              if (!read) return tl::make_unexpected(read.error());
              return apply_adapters(model, *read);
            }};
  }

  const std::string folder_ = kFolder + GetParam();
  const Reference reference_ = read_reference(folder_);
  Case case_;
};

Result<std::string> stay(const std::string& path, const Model&) { return path; }

// The bound is the project's: both sides compute in float32 and differ in the order of sums only.
TEST_P(AdapterGolden, AgreesWithPeftInFloat32) {
  const Carry carry = stay;
  LogitOptions options = with_adapters(carry);
  for (const Kernels* table : runnable()) {
    options.kernel = table;
    const auto logits = compute_logits(case_.base, reference_, options);
    ASSERT_EQ(logits.size(), reference_.logits.size()) << table->isa;
    EXPECT_LE(max_difference(logits, reference_.logits), 1e-4f) << table->isa;
  }
}

TEST_P(AdapterGolden, SurvivesTheWayToGgufAndBack) {
  const TestFolder folder;
  int n = 0;
  const auto to_gguf = [&](const std::string& path, const Model& model) -> Result<std::string> {
    TRY(const Adapter adapter, read_adapter(path, model));
    const std::string written = folder.path(std::to_string(n++) + ".gguf");
    TRY(write_gguf_adapter(written, adapter, model));
    return written;
  };
  const auto there_and_back = [&](const std::string& path, const Model& model) -> Result<std::string> {
    TRY(const std::string gguf, to_gguf(path, model));
    TRY(const Adapter adapter, read_adapter(gguf, model));
    const std::string written = folder.path(std::to_string(n++));
    TRY(write_peft_adapter(written, adapter, model));
    return written;
  };
  for (const Carry& carry : {Carry(to_gguf), Carry(there_and_back)}) {
    const auto logits = compute_logits(case_.base, reference_, with_adapters(carry));
    ASSERT_EQ(logits.size(), reference_.logits.size());
    EXPECT_LE(max_difference(logits, reference_.logits), 1e-4f);
  }
}

TEST_P(AdapterGolden, MergedIsAsGood) {
  const TestFolder folder;
  ThreadPool pool(2);
  const auto imported = import_model(case_.base, "");
  ASSERT_TRUE(imported) << imported.error().message;
  for (const Layout layout : {Layout::kFile, Layout::kRun}) {
    const std::string base_path = folder.path("base.gguf"), merged_path = folder.path("merged.gguf");
    ASSERT_TRUE(write_model(base_path, *imported, dtype_of<F32>, pool, {.force = true, .layout = layout}));
    const auto base = open_checkpoint(base_path);
    ASSERT_TRUE(base);
    auto model = load_model(*base, base_path, pool);
    ASSERT_TRUE(model) << model.error().message;
    const auto read = adapters(*model, stay);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_TRUE(apply_adapters(*model, *read));
    const auto plan = plan_merge(*base, *model, *read, {}, pool);
    ASSERT_TRUE(plan) << plan.error().message;
    EXPECT_TRUE(plan->is_f32_or_f16);
    const Status written = write_gguf(merged_path, plan->metadata, plan->tensors, {.force = true, .source = &*base});
    ASSERT_TRUE(written) << written.error().message;
    const auto merged = load_model(merged_path, pool);
    ASSERT_TRUE(merged) << merged.error().message;
    const auto logits = logits_of(*merged, reference_, {});
    ASSERT_EQ(logits.size(), reference_.logits.size());
    EXPECT_LE(max_difference(logits, reference_.logits), 1e-4f);
  }
}

std::string adapter_case_name(const ::testing::TestParamInfo<std::string>& info) { return info.param; }
INSTANTIATE_TEST_SUITE_P(Adapters, AdapterGolden, ::testing::ValuesIn(folder_names(kFolder)), adapter_case_name);

}  // namespace
}  // namespace ondol
