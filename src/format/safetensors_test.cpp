#include "format/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <random>

#include "base/test_folder.h"
#include "format/gguf.h"
#include "tensor/quant/f32.h"
#include "tensor/quant/q4_0.h"

namespace ondol {
namespace {

// A file with this header and `n` data bytes 0, 1, 2, …
std::vector<uint8_t> safetensors(std::string_view json, size_t n) {
  const uint64_t json_bytes = json.size();
  std::vector<uint8_t> bytes(8 + json.size() + n);
  std::memcpy(bytes.data(), &json_bytes, 8);
  std::memcpy(bytes.data() + 8, json.data(), json.size());
  for (size_t i = 0; i < n; ++i) bytes[8 + json.size() + i] = static_cast<uint8_t>(i);
  return bytes;
}

// The error of a file; "" when it is read.
std::string error_of(std::string_view json, size_t n, ErrorKind expected = ErrorKind::kCorruptFile) {
  const auto bytes = safetensors(json, n);
  const auto model = parse_safetensors("m", bytes);
  if (model) return "";
  EXPECT_EQ(model.error().kind, expected) << model.error().message;
  EXPECT_TRUE(model.error().message.starts_with("m: ")) << model.error().message;
  EXPECT_EQ(model.error().message.find('\n'), std::string::npos);
  return model.error().message;
}

constexpr std::string_view kTwo =
    R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},)"
    R"("b":{"dtype":"BF16","shape":[3],"data_offsets":[16,22]}})";

TEST(Safetensors, ReadsTensorsAndMetadata) {
  const auto bytes = safetensors(kTwo, 22);
  const auto model = parse_safetensors("m", bytes);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->format, "safetensors");
  EXPECT_EQ(model->metadata.get_string("format"), "pt");
  ASSERT_TRUE(model->find("a") && model->find("b"));
  EXPECT_EQ(model->find("a")->shape, (Shape{2, 2}));
  EXPECT_STREQ(model->find("b")->dtype.name(), "BF16");
  EXPECT_EQ(model->find("b")->data[0], 16);
}

TEST(Safetensors, DataIsAlignedForItsTypeWhateverTheHeadersLength) {
  for (size_t padding = 0; padding < 8; ++padding) {
    const auto bytes = safetensors(std::string(kTwo) + std::string(padding, ' '), 22);
    const auto model = parse_safetensors("m", bytes);
    ASSERT_TRUE(model);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(model->find("a")->data) % 4, 0u);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(model->find("b")->data) % 2, 0u);
    EXPECT_EQ(model->find("a")->data[15], 15);
    EXPECT_EQ(model->find("b")->data[5], 21);
  }
}

TEST(Safetensors, ReadsScalars) {
  EXPECT_EQ(error_of(R"({"s":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})", 4), "");
}

TEST(Safetensors, KeepsBytesApartFromNumbers) {
  const auto whole = safetensors(R"({"n":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                                 R"("q":{"dtype":"U8","shape":[2,3],"data_offsets":[4,10]}})",
                                 10);
  const auto model = parse_safetensors("m", whole);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->tensors.size(), 1u);
  ASSERT_EQ(model->byte_tensors.size(), 1u);
  EXPECT_EQ(model->byte_tensors[0].name, "q");
  EXPECT_EQ(model->byte_tensors[0].shape, (Shape{2, 3}));
  EXPECT_EQ(model->byte_tensors[0].data.size(), 6u);
  EXPECT_EQ(model->byte_tensors[0].data[5], 9);
  EXPECT_NE(error_of(R"({"q":{"dtype":"BOOL","shape":[3],"data_offsets":[0,4]}})", 4), "");
}

TEST(Safetensors, TakesIntegersAsRowsOfBytes) {
  const auto whole = safetensors(R"({"embeddings.position_ids":{"dtype":"I64","shape":[1,3],"data_offsets":[0,24]},)"
                                 R"("n":{"dtype":"U16","shape":[],"data_offsets":[24,26]}})",
                                 26);
  const auto model = parse_safetensors("m", whole);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_TRUE(model->tensors.empty());
  ASSERT_EQ(model->byte_tensors.size(), 2u);
  EXPECT_EQ(model->byte_tensors[0].shape, (Shape{1, 24}));
  EXPECT_EQ(model->byte_tensors[0].data.size(), 24u);
  EXPECT_EQ(model->byte_tensors[1].shape, Shape{2});
  EXPECT_NE(error_of(R"({"q":{"dtype":"I64","shape":[3],"data_offsets":[0,3]}})", 3), "");
  EXPECT_NE(error_of(R"({"q":{"dtype":"I32","shape":[0],"data_offsets":[0,0]}})", 0), "");
  EXPECT_NE(error_of(R"({"q":{"dtype":"U64","shape":[4611686018427387904],"data_offsets":[0,8]}})", 8), "");
}

TEST(Safetensors, RefusesAFileCutAnywhere) {
  const auto whole = safetensors(kTwo, 22);
  for (size_t n = 0; n < whole.size(); ++n) {
    const std::vector<uint8_t> cut(whole.begin(), whole.begin() + n);
    const auto model = parse_safetensors("m", cut);
    ASSERT_FALSE(model) << n;
    ASSERT_EQ(model.error().kind, ErrorKind::kCorruptFile);
  }
}

TEST(Safetensors, RefusesHeadersThatAreTooLong) {
  for (const uint64_t n : {uint64_t{100'000'001}, uint64_t{1} << 63, ~uint64_t{0}}) {
    std::vector<uint8_t> bytes(100, '{');
    std::memcpy(bytes.data(), &n, 8);
    const auto model = parse_safetensors("m", bytes);
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().kind, ErrorKind::kCorruptFile);
  }
}

TEST(Safetensors, RefusesHolesOverlapsAndRests) {
  const auto two = [](std::string_view a, std::string_view b) {
    return R"({"a":{"dtype":"F32","shape":[2],"data_offsets":)" + std::string(a) +
           R"(},"b":{"dtype":"F32","shape":[1],"data_offsets":)" + std::string(b) + "}}";
  };
  EXPECT_EQ(error_of(two("[0,8]", "[8,12]"), 12), "");
  EXPECT_EQ(error_of(two("[4,12]", "[0,4]"), 12), "");  // any order
  EXPECT_EQ(error_of(two("[0,8]", "[12,16]"), 16),
            "m: tensor b: begins at byte 12 of the data (expected 8: no holes, no overlaps)");
  EXPECT_NE(error_of(two("[0,8]", "[4,8]"), 8), "");
  EXPECT_NE(error_of(two("[4,12]", "[12,16]"), 16), "");
  EXPECT_EQ(error_of(two("[0,8]", "[8,12]"), 13), "m: the tensors end at byte 12 of the data, which has 13 bytes");
  EXPECT_NE(error_of(two("[0,8]", "[8,12]"), 11), "");
  EXPECT_NE(error_of("{}", 1), "");
}

TEST(Safetensors, RefusesOffsetsThatDisagreeWithTheShape) {
  const auto one = [](std::string_view shape, std::string_view offsets) {
    return R"({"a":{"dtype":"F32","shape":)" + std::string(shape) + R"(,"data_offsets":)" + std::string(offsets) + "}}";
  };
  EXPECT_EQ(error_of(one("[2]", "[0,4]"), 4), "m: tensor a: its shape needs 8 bytes, data_offsets are 0 to 4");
  EXPECT_NE(error_of(one("[1]", "[4,0]"), 4), "");
  EXPECT_NE(error_of(one("[1]", "[9223372036854775804,9223372036854775807]"), 4), "");
  EXPECT_NE(error_of(one("[4294967296,4294967296]", "[0,0]"), 0), "");
  EXPECT_NE(error_of(one("[4611686018427387904]", "[0,0]"), 0), "");
  EXPECT_NE(error_of(one("[0]", "[0,0]"), 0), "");
  EXPECT_NE(error_of(one("[1,1,1,1,1]", "[0,4]"), 4), "");
  EXPECT_NE(error_of(one("[-1]", "[0,4]"), 4), "");
  EXPECT_NE(error_of(one("[1.0]", "[0,4]"), 4), "");
  EXPECT_NE(error_of(one("[18446744073709551615]", "[0,4]"), 4), "");
  EXPECT_NE(error_of(one("[99999999999999999999999]", "[0,4]"), 4), "");
  EXPECT_NE(error_of(one("[1]", "[0,4,8]"), 4), "");
  EXPECT_NE(error_of(one("[1]", "[0]"), 4), "");
  EXPECT_NE(error_of(one("1", "[0,4]"), 4), "");
  EXPECT_NE(error_of(one("[[1]]", "[0,4]"), 4), "");
  EXPECT_NE(error_of(one("[1]", "\"0\""), 4), "");
}

TEST(Safetensors, RefusesDuplicatesAndUnknownFields) {
  const std::string_view entry = R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  const auto with = [&](std::string_view front, std::string_view back) {
    return std::string(front) + std::string(entry) + std::string(back);
  };
  EXPECT_EQ(error_of(with(R"({"a":)", "}"), 4), "");
  EXPECT_EQ(error_of(with(with(R"({"a":)", R"(,"a":)"), "}"), 4), "m: tensor a appears twice");
  EXPECT_NE(error_of(R"({"__metadata__":{},"__metadata__":{}})", 0), "");
  EXPECT_NE(error_of(R"({"__metadata__":{"k":"1","k":"2"}})", 0), "");
  EXPECT_NE(error_of(R"({"__metadata__":{"k":1}})", 0), "");
  EXPECT_NE(error_of(R"({"__metadata__":"x"})", 0), "");
  EXPECT_NE(error_of(with(R"({"":)", "}"), 4), "");
  EXPECT_NE(error_of(R"({"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 4), "");
  EXPECT_NE(error_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"extra":1}})", 4), "");
  EXPECT_EQ(error_of(R"({"a":{"shape":[1],"data_offsets":[0,4]}})", 4), "m: tensor a: dtype is missing or incomplete");
  EXPECT_NE(error_of(R"({"a":{"dtype":"F32","data_offsets":[0,4]}})", 4), "");
  EXPECT_NE(error_of(R"({"a":{"dtype":"F32","shape":[1]}})", 4), "");
}

TEST(Safetensors, RefusesWhatIsNoJsonObject) {
  for (const char* json : {"", " ", "[]", "1", "null", "true", "\"a\"", "{", "{}x", "{\"a\"}", "{\"a\":null}", "{} {}",
                           "{\"a\":[]}", "{\"\xFF\":{}}"}) {
    EXPECT_NE(error_of(json, 0), "") << json;
  }
  EXPECT_EQ(error_of("{}  ", 0), "");
}

TEST(Safetensors, RefusesDeepNestingWithoutWalkingIt) {
  EXPECT_NE(error_of(std::string(1'000'000, '['), 0), "");
  std::string objects;
  for (int i = 0; i < 200'000; ++i) objects += "{\"a\":";
  EXPECT_NE(error_of(objects, 0), "");
}

TEST(Safetensors, NamesDtypesItCannotUse) {
  const std::string message =
      error_of(R"({"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}})", 4, ErrorKind::kUnsupported);
  EXPECT_EQ(message, "m: tensor a: type F8_E4M3 is not supported; supported are F32, F16, BF16, BOOL, I8 to U64");
}

TEST(Safetensors, SurvivesRandomMutations) {
  std::mt19937_64 random(7);
  const auto original = safetensors(kTwo, 22);
  const auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  constexpr std::string_view kPieces[] = {"{", "}", "[", "]", ",", ":", "\"", "0", "9", "-1", "1e9", "\\u0000", "F16"};
  int n_read = 0;
  for (int round = 0; round < 10000; ++round) {
    std::vector<uint8_t> bytes = original;
    for (size_t n = 1 + below(2); n > 0; --n) {
      const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(below(bytes.size() - 8));
      const std::string_view piece = kPieces[below(std::size(kPieces))];
      switch (below(3)) {
        case 0:
          *at ^= static_cast<uint8_t>(1u << below(8));
          break;
        case 1:
          bytes.erase(at, at + 1 + static_cast<std::ptrdiff_t>(below(7)));
          break;
        default:
          bytes.insert(at, piece.begin(), piece.end());
          break;
      }
    }
    n_read += parse_safetensors("m", bytes).has_value();
  }
  EXPECT_GT(n_read, 10);
}

std::string_view index_of_two() {
  return R"({"metadata":{"total_size":8},"weight_map":{"a":"m-1.safetensors","b":"m-2.safetensors"}})";
}

class SafetensorsFolder : public testing::Test {
 protected:
  SafetensorsFolder() {
    write_shard("m-1.safetensors", "a");
    write_shard("m-2.safetensors", "b");
  }
  void write_shard(std::string_view file, std::string_view tensor) const {
    folder_.write(
        file, safetensors("{\"" + std::string(tensor) + R"(":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 4));
  }
  std::string error_with_index(std::string_view index) const {
    folder_.write("model.safetensors.index.json", index);
    const auto model = open_safetensors_folder(folder_.path("."));
    if (model) return "";
    EXPECT_EQ(model.error().exit_code(), 2) << model.error().message;
    return model.error().message;
  }
  TestFolder folder_;
};

TEST_F(SafetensorsFolder, OpensItsShards) {
  ASSERT_EQ(error_with_index(index_of_two()), "");
  const auto model = open_checkpoint(folder_.path("."));
  ASSERT_TRUE(model);
  EXPECT_EQ(model->maps.size(), 2u);
  EXPECT_TRUE(model->find("a") && model->find("b"));
}

TEST_F(SafetensorsFolder, OpensOneWholeFile) {
  write_shard("model.safetensors", "whole");
  const auto model = open_checkpoint(folder_.path("."));
  ASSERT_TRUE(model);
  EXPECT_TRUE(model->find("whole"));
}

TEST_F(SafetensorsFolder, RefusesFoldersWithoutAModel) {
  const auto model = open_checkpoint(folder_.path("."));
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().kind, ErrorKind::kCorruptFile);
}

TEST_F(SafetensorsFolder, RefusesIndexesThatReachElsewhere) {
  for (const char* file : {"../m-1.safetensors", "/etc/passwd", "", "a/b", "x\\u0000y"}) {
    EXPECT_NE(error_with_index(std::string(R"({"weight_map":{"a":")") + file + "\"}}"), "") << file;
  }
}

TEST_F(SafetensorsFolder, RefusesIndexesThatAreWrong) {
  for (const char* index : {"", "[]", "{}", R"({"weight_map":[]})", R"({"weight_map":{"a":1}})",
                            R"({"weight_map":{"a":"absent.safetensors"}})", R"({"weight_map":{"b":"m-1.safetensors"}})",
                            R"({"weight_map":{"a":"m-2.safetensors","b":"m-1.safetensors"}})"}) {
    EXPECT_NE(error_with_index(index), "") << index;
  }
  write_shard("m-2.safetensors", "a");
  EXPECT_NE(error_with_index(index_of_two()).find("tensor a appears twice"), std::string::npos);
}

TEST_F(SafetensorsFolder, ADeeplyNestedIndexIsHarmless) {
  EXPECT_NE(error_with_index("{\"weight_map\":" + std::string(1'000'000, '[')), "");
}

TEST(SafetensorsWriter, WritesWhatItReads) {
  const TestFolder folder;
  const auto bytes = safetensors(kTwo, 22);
  const auto model = parse_safetensors("m", bytes);
  ASSERT_TRUE(model);
  const std::string path = folder.path("out.safetensors");
  ASSERT_TRUE(write_safetensors(path, model->metadata, stored_tensors(*model)));
  const auto again = open_checkpoint(path);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->metadata.get_string("format"), "pt");
  ASSERT_EQ(again->tensors.size(), model->tensors.size());
  for (size_t i = 0; i < model->tensors.size(); ++i) {
    const NamedTensor &before = model->tensors[i], &after = again->tensors[i];
    EXPECT_EQ(before.name, after.name);
    EXPECT_EQ(before.view.shape, after.view.shape);
    EXPECT_EQ(std::memcmp(before.view.data, after.view.data, static_cast<size_t>(before.view.size_bytes())), 0);
  }
}

TEST(SafetensorsWriter, RefusesQuantisedTensors) {
  const TestFolder folder;
  const TensorToWrite tensors[] = {{"t", dtype_of<Q4_0>, {32}, nullptr}};
  const Status status = write_safetensors(folder.path("out"), {}, tensors);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kUnsupported);
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace ondol
