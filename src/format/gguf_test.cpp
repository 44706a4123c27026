#include "format/gguf.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "base/test_folder.h"
#include "format/gguf_writer.h"
#include "format/test_gguf.h"

namespace ondol {
namespace {

// Written by tools/reference/gguf_goldens.py with the python package gguf.
std::string golden(std::string_view name) {
  return std::string(ONDOL_SOURCE_DIR "/tests/golden/gguf/") + std::string(name);
}

// The tensors of every golden: element i is i / 8.
void expect_golden_tensors(const Checkpoint& model) {
  ASSERT_EQ(model.tensors.size(), 5u);
  const std::pair<const char*, Shape> expected[] = {
      {"one", {5}}, {"two", {2, 3}}, {"three", {2, 3, 4}}, {"four", {2, 2, 1, 3}}, {"quantised", {2, 64}}};
  for (const auto& [name, shape] : expected) {
    const TensorView* tensor = model.find(name);
    ASSERT_TRUE(tensor) << name;
    EXPECT_EQ(tensor->shape, shape) << name;
    std::vector<float> weights(static_cast<size_t>(shape.n_elements()));
    tensor->dtype.info().decode(tensor->data, weights.data(), shape.n_elements());
    // Q8_0 rounds to 1/127 of the block's largest weight, here at most 127/8; its f16 scale adds less than as much
    // again.
    const float tolerance = tensor->dtype.info().is_float ? 0.0f : 127.0f / 8 / 127;
    for (size_t i = 0; i < weights.size(); ++i) EXPECT_NEAR(weights[i], static_cast<float>(i) / 8, tolerance) << name;
  }
}

void expect_golden_values(const Metadata& metadata) {
  EXPECT_EQ(metadata.get_int("value.u8"), 200);
  EXPECT_EQ(metadata.get_int("value.i8"), -100);
  EXPECT_EQ(metadata.get_int("value.u16"), 60000);
  EXPECT_EQ(metadata.get_int("value.i16"), -30000);
  EXPECT_EQ(metadata.get_int("value.u32"), 4000000000);
  EXPECT_EQ(metadata.get_int("value.i32"), -2000000000);
  EXPECT_EQ(metadata.get_float("value.f32"), static_cast<double>(0.1f));
  EXPECT_EQ(metadata.get_bool("value.bool"), true);
  EXPECT_EQ(metadata.get_string("value.string"), "온돌");
  EXPECT_EQ(static_cast<uint64_t>(*metadata.get_int("value.u64")), (uint64_t{1} << 63) + 5);
  EXPECT_EQ(metadata.get_int("value.i64"), -(int64_t{1} << 62));
  EXPECT_EQ(metadata.get_float("value.f64"), 0.1);
  const auto ints = metadata.get_ints("array.int");
  ASSERT_TRUE(ints);
  EXPECT_EQ(std::vector<int64_t>(ints->begin(), ints->end()), (std::vector<int64_t>{1, -2, 3}));
  const auto floats = metadata.get_floats("array.float");
  ASSERT_TRUE(floats);
  EXPECT_EQ(std::vector<double>(floats->begin(), floats->end()), (std::vector<double>{0.5, -1.5}));
  const auto booleans = metadata.get_ints("array.bool");
  ASSERT_TRUE(booleans);
  EXPECT_EQ(std::vector<int64_t>(booleans->begin(), booleans->end()), (std::vector<int64_t>{1, 0}));
  const auto strings = metadata.get_strings("array.string");
  ASSERT_TRUE(strings);
  EXPECT_EQ(std::vector<std::string>(strings->begin(), strings->end()), (std::vector<std::string>{"가", "", "나다"}));
}

TEST(Gguf, TheNameOfAPartTellsTheOthers) {
  EXPECT_EQ(gguf_part_paths("a/m-00002-of-00002.gguf"),
            (std::vector<std::string>{"a/m-00001-of-00002.gguf", "a/m-00002-of-00002.gguf"}));
  for (const std::string path : {"", "m.gguf", "m-00001-of-00000.gguf", "m-00001-of-99999.gguf",
                                 "m-0000x-of-00003.gguf", "m-00001-of--0003.gguf", "00001-of-00003.gguf"}) {
    EXPECT_EQ(gguf_part_paths(path), std::vector<std::string>{path});
  }
}

TEST(Gguf, ReadsWhatTheReferenceWrites) {
  for (const char* name : {"whole.gguf", "aligned.gguf", "split-00001-of-00003.gguf"}) {
    SCOPED_TRACE(name);
    const auto model = open_gguf(golden(name));
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->format, "GGUF v3");
    expect_golden_values(model->metadata);
    expect_golden_tensors(*model);
    EXPECT_TRUE(model->check_files());
  }
}

TEST(Gguf, WritesTheReferencesFilesByteForByte) {
  const TestFolder folder;
  for (const char* name : {"whole.gguf", "aligned.gguf"}) {
    const auto model = open_gguf(golden(name));
    ASSERT_TRUE(model);
    const Status status = write_gguf(folder.path(name), model->metadata, stored_tensors(*model), {.source = &*model});
    ASSERT_TRUE(status) << status.error().message;
    EXPECT_EQ(std::filesystem::file_size(golden(name)), std::filesystem::file_size(folder.path(name)));
    const auto ours = FileMap::open(folder.path(name)), theirs = FileMap::open(golden(name));
    ASSERT_TRUE(ours && theirs);
    EXPECT_TRUE(std::ranges::equal((*ours)->bytes(), (*theirs)->bytes())) << name;
  }
}

TEST(Gguf, RefusesBigEndianFiles) {
  const auto model = open_gguf(golden("big_endian.gguf"));
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().kind, ErrorKind::kUnsupported);
}

TEST(Gguf, OpensASplitModelFromAnyPart) {
  for (const char* name : {"split-00001-of-00003.gguf", "split-00002-of-00003.gguf", "split-00003-of-00003.gguf"}) {
    const auto model = open_gguf(golden(name));
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->maps.size(), 3u);
    EXPECT_EQ(model->tensors.size(), 5u);
    EXPECT_FALSE(model->metadata.find("split.count"));
    EXPECT_EQ(model->metadata.get_string("general.architecture"), "llama");
  }
}

class SplitGguf : public testing::Test {
 protected:
  static constexpr const char* kParts[] = {"split-00001-of-00003.gguf", "split-00002-of-00003.gguf",
                                           "split-00003-of-00003.gguf"};
  SplitGguf() {
    for (const char* part : kParts) std::filesystem::copy_file(golden(part), folder_.path(part));
  }
  std::string error_of(const char* part) const {
    const auto model = open_gguf(folder_.path(part));
    if (model) return "";
    EXPECT_EQ(model.error().exit_code(), 2);
    return model.error().message;
  }
  TestFolder folder_;
};

TEST_F(SplitGguf, NamesTheMissingPart) {
  std::filesystem::remove(folder_.path(kParts[1]));
  EXPECT_EQ(error_of(kParts[2]), folder_.path(kParts[1]) + ": part 2 of 3 is missing; put all parts into one folder");
}

TEST_F(SplitGguf, RefusesPartsInTheWrongPlace) {
  std::filesystem::copy_file(golden(kParts[2]), folder_.path(kParts[1]),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(error_of(kParts[0]), folder_.path(kParts[1]) + ": says it is part 3 of 3 (expected part 2 of 3)");
}

TEST_F(SplitGguf, RefusesAPartUnderAnotherName) {
  std::filesystem::rename(folder_.path(kParts[0]), folder_.path("model.gguf"));
  EXPECT_NE(error_of("model.gguf").find("-00001-of-00003.gguf"), std::string::npos);
}

TEST_F(SplitGguf, RefusesNumbersThatDoNotFitTogether) {
  const std::pair<uint16_t, uint16_t> cases[] = {{3, 3}, {5, 2}, {1, 0}, {1, 1}};
  for (const auto& [no, count] : cases) {
    GgufBytes gguf;
    gguf.header(0, 2).key("split.no", MetaType::kU16).put(no).key("split.count", MetaType::kU16).put(count);
    folder_.write("odd.gguf", gguf.bytes());
    EXPECT_NE(error_of("odd.gguf"), "") << no << " of " << count;
  }
}

TEST_F(SplitGguf, RefusesAWrongNumberOfTensorsAndNamesTwice) {
  const auto part = [](uint16_t no, const char* tensor, int32_t n_tensors) {
    GgufBytes gguf;
    gguf.header(1, 3).key("split.no", MetaType::kU16).put(no).key("split.count", MetaType::kU16).put(uint16_t{2});
    gguf.key("split.tensors.count", MetaType::kI32).put(n_tensors).tensor(tensor, {1}, 0, 0).pad().zeros(4);
    return gguf.bytes();
  };
  folder_.write("m-00001-of-00002.gguf", part(0, "a", 2));
  folder_.write("m-00002-of-00002.gguf", part(1, "b", 2));
  EXPECT_EQ(error_of("m-00001-of-00002.gguf"), "");
  folder_.write("m-00002-of-00002.gguf", part(1, "a", 2));
  EXPECT_NE(error_of("m-00001-of-00002.gguf").find("tensor a appears twice"), std::string::npos);
  folder_.write("m-00001-of-00002.gguf", part(0, "b", 3));
  EXPECT_NE(error_of("m-00001-of-00002.gguf").find("hold 2 tensors (expected 3"), std::string::npos);
}

}  // namespace
}  // namespace ondol
