#include "format/gguf_parse.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <limits>
#include <random>

#include "format/test_gguf.h"
#include "tensor/run_layout.h"

namespace ondol {
namespace {

constexpr uint32_t kF32 = 0, kQ4_0 = 2;
constexpr uint64_t kHuge = std::numeric_limits<uint64_t>::max();

// The error a file gives; "" when it is read.
std::string error_of(const GgufBytes& gguf, ErrorKind expected = ErrorKind::kCorruptFile) {
  const auto file = parse_gguf("m.gguf", gguf.bytes());
  if (file) return "";
  EXPECT_EQ(file.error().kind, expected) << file.error().message;
  EXPECT_TRUE(file.error().message.starts_with("m.gguf: "));
  EXPECT_EQ(file.error().message.find('\n'), std::string::npos);
  return file.error().message;
}

GgufBytes one_tensor(std::initializer_list<uint64_t> sizes, uint32_t type, uint64_t offset, size_t data_bytes) {
  return GgufBytes().header(1, 0).tensor("t", sizes, type, offset).pad().zeros(data_bytes);
}

TEST(GgufParse, ReadsASmallFile) {
  const GgufBytes gguf = small_gguf();
  const auto file = parse_gguf("m.gguf", gguf.bytes());
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->version, 3u);
  EXPECT_EQ(file->metadata.get_string("general.architecture"), "llama");
  EXPECT_EQ(file->metadata.get_int("llama.block_count"), 1);
  EXPECT_EQ(file->metadata.get_strings("tokenizer.ggml.tokens")->front(), "가");
  ASSERT_EQ(file->tensors.size(), 2u);
  EXPECT_EQ(file->tensors[0].view.shape, (Shape{2, 4}));
  EXPECT_EQ(reinterpret_cast<const float*>(file->tensors[0].view.row(1))[3], 7.0f);
  EXPECT_STREQ(file->tensors[1].view.dtype.name(), "Q4_0");
}

// Type numbers of run layout as format/gguf_type.h draws them.
constexpr uint32_t run_type(uint32_t type, uint32_t version = kRunLayoutVersion) {
  return 0x4F4Eu << 16 | version << 8 | type;
}

TEST(GgufParse, ReadsRunLayoutWithItsPadding) {
  constexpr size_t kPanelBytes = 16 * 18;
  const auto file_of = [](size_t data_bytes) {
    return GgufBytes()
        .header(1, 1)
        .entry("general.alignment", 64)
        .tensor("t", {32, 17, 2}, run_type(kQ4_0), 0)
        .pad(64)
        .zeros(data_bytes);
  };
  const GgufBytes gguf = file_of(4 * kPanelBytes);
  const auto file = parse_gguf("m.gguf", gguf.bytes());
  ASSERT_TRUE(file) << file.error().message;
  const TensorView& view = file->tensors[0].view;
  EXPECT_EQ(view.layout, Layout::kRun);
  EXPECT_EQ(view.shape, (Shape{2, 17, 32}));
  EXPECT_EQ(view.size_bytes(), int64_t{4 * kPanelBytes});
  EXPECT_NE(error_of(file_of(4 * kPanelBytes - 1)), "");
}

TEST(GgufParse, RefusesRunLayoutThatCannotBe) {
  EXPECT_NE(error_of(one_tensor({32}, run_type(kQ4_0), 0, 1000)).find("only matrices"), std::string::npos);
  EXPECT_NE(error_of(one_tensor({32, 16}, run_type(kQ4_0, 2), 0, 1000), ErrorKind::kUnsupported).find("version 2"),
            std::string::npos);
  EXPECT_NE(error_of(one_tensor({32, 16}, run_type(255), 0, 1000), ErrorKind::kUnsupported), "");
  EXPECT_NE(error_of(one_tensor({32, kHuge / 2}, run_type(kQ4_0), 0, 1000)), "");
  EXPECT_NE(error_of(one_tensor({1, kHuge / 2}, run_type(kF32), 0, 1000)), "");
  EXPECT_NE(error_of(one_tensor({1, kHuge / 2 - 3, 3}, run_type(kF32), 0, 1000)), "");
  // aligned as the file says, but not as run layout needs it; one of the two is at a multiple of 64
  const std::string first = error_of(one_tensor({32, 16}, run_type(kQ4_0), 0, 1000));
  const std::string second = error_of(one_tensor({32, 16}, run_type(kQ4_0), 32, 1000));
  EXPECT_NE(first.empty(), second.empty());
  EXPECT_NE((first + second).find("not a multiple of 64"), std::string::npos);
}

TEST(GgufParse, ReadsVersion2) { EXPECT_EQ(error_of(GgufBytes().header(0, 0, 2)), ""); }

TEST(GgufParse, RefusesOtherVersionsAndByteOrders) {
  const auto unsupported = ErrorKind::kUnsupported;
  EXPECT_EQ(error_of(GgufBytes().header(0, 0, 1), unsupported),
            "m.gguf: GGUF version 1 is not supported (expected 2 or 3)");
  EXPECT_NE(error_of(GgufBytes().header(0, 0, 4), unsupported), "");
  EXPECT_NE(error_of(GgufBytes().header(0, 0, 0), unsupported), "");
  EXPECT_EQ(error_of(GgufBytes().header(0, 0, 3u << 24), unsupported),
            "m.gguf: a big-endian GGUF file; convert it to little-endian");
}

TEST(GgufParse, RefusesWhatIsNoGguf) {
  EXPECT_NE(error_of(GgufBytes()), "");
  EXPECT_NE(error_of(GgufBytes().put(uint32_t{0x12345678}).zeros(100)), "");
}

TEST(GgufParse, RefusesAFileCutAnywhere) {
  const std::vector<uint8_t> whole = small_gguf().bytes();
  for (size_t n = 0; n < whole.size(); ++n) {
    const auto file = parse_gguf("m.gguf", std::vector<uint8_t>(whole.begin(), whole.begin() + n));
    ASSERT_FALSE(file) << n;
    ASSERT_EQ(file.error().kind, ErrorKind::kCorruptFile);
  }
}

TEST(GgufParse, RefusesCountsTheFileCannotHold) {
  EXPECT_NE(error_of(GgufBytes().header(kHuge, 0)), "");
  EXPECT_NE(error_of(GgufBytes().header(0, kHuge)), "");
  EXPECT_NE(error_of(GgufBytes().header(uint64_t{1} << 61, uint64_t{1} << 61).zeros(1000)), "");
  EXPECT_EQ(error_of(GgufBytes().header(41, 0).zeros(1000)),
            "m.gguf: announces 41 tensors, more than the 1000 bytes left can hold");
  EXPECT_EQ(error_of(GgufBytes().header(0, 72).zeros(1000)),
            "m.gguf: announces 72 metadata entries, more than the 1000 bytes left can hold");
}

TEST(GgufParse, RefusesStringBombs) {
  for (const uint64_t n : {uint64_t{1000}, uint64_t{1} << 32, uint64_t{1} << 63, kHuge}) {
    EXPECT_NE(error_of(GgufBytes().header(0, 1).put(n).zeros(100)), "") << n;
    EXPECT_NE(error_of(GgufBytes().header(0, 1).key("k", MetaType::kString).put(n).zeros(100)), "") << n;
    EXPECT_NE(error_of(GgufBytes().header(1, 0).put(n).zeros(100)), "") << n;
    EXPECT_NE(error_of(GgufBytes().header(0, 1).array("k", MetaType::kString, 3).put(n).zeros(100)), "") << n;
  }
}

TEST(GgufParse, RefusesArrayBombs) {
  for (uint32_t type = 0; type <= 12; ++type) {
    if (type == static_cast<uint32_t>(MetaType::kArray)) continue;
    for (const uint64_t n : {uint64_t{101}, uint64_t{1} << 32, uint64_t{1} << 61, kHuge}) {
      EXPECT_NE(error_of(GgufBytes().header(0, 1).array("k", static_cast<MetaType>(type), n).zeros(100)), "") << type;
    }
  }
}

TEST(GgufParse, RefusesArraysOfArraysWithoutWalkingThem) {
  GgufBytes gguf;
  gguf.header(0, 1).key("deep", MetaType::kArray);
  for (int i = 0; i < 100000; ++i) gguf.put(static_cast<uint32_t>(MetaType::kArray)).put(uint64_t{1});
  EXPECT_EQ(error_of(gguf, ErrorKind::kUnsupported), "m.gguf: metadata deep: arrays of arrays are not supported");
}

TEST(GgufParse, RefusesUnknownValueTypesAndBadBooleans) {
  EXPECT_EQ(error_of(GgufBytes().header(0, 1).text("k").put(uint32_t{13}).zeros(8)),
            "m.gguf: metadata k: value type 13 is unknown (expected 0 to 12)");
  EXPECT_EQ(error_of(GgufBytes().header(0, 1).key("k", MetaType::kBool).put(uint8_t{2})),
            "m.gguf: metadata k: a boolean is 2 (expected 0 or 1)");
}

TEST(GgufParse, RefusesDuplicateAndEmptyNames) {
  EXPECT_EQ(error_of(GgufBytes().header(0, 2).entry("k", 1).entry("k", 2)), "m.gguf: metadata k appears twice");
  EXPECT_NE(error_of(GgufBytes().header(0, 1).entry("", 1)), "");
  GgufBytes twins;
  twins.header(2, 0).tensor("t", {1}, kF32, 0).tensor("t", {1}, kF32, 32).pad().zeros(64);
  EXPECT_EQ(error_of(twins), "m.gguf: tensor t appears twice");
  EXPECT_NE(error_of(GgufBytes().header(1, 0).tensor("", {1}, kF32, 0).pad().zeros(32)), "");
}

TEST(GgufParse, RefusesNamesLongerThanTheSpecificationAllows) {
  const std::string longest(65535, 'n'), longer(65536, 'n');
  EXPECT_EQ(error_of(GgufBytes().header(0, 1).entry(longest, 1)), "");
  EXPECT_NE(error_of(GgufBytes().header(0, 1).entry(longer, 1)), "");
  EXPECT_EQ(error_of(GgufBytes().header(1, 0).tensor(longest, {1}, kF32, 0).pad().zeros(32)), "");
  EXPECT_NE(error_of(GgufBytes().header(1, 0).tensor(longer, {1}, kF32, 0).pad().zeros(32)), "");
}

TEST(GgufParse, KeepsForeignNamesOnOneLineOfItsMessages) {
  const std::string message = error_of(GgufBytes().header(0, 2).entry("a\n\xFF", 1).entry("a\n\xFF", 2));
  EXPECT_EQ(message, "m.gguf: metadata a�� appears twice");
}

TEST(GgufParse, RefusesBadAlignments) {
  for (const uint32_t alignment : {0u, 1u, 4u, 24u, 33u, 1u << 21, 1u << 31, 0xFFFFFFFFu}) {
    EXPECT_NE(error_of(GgufBytes().header(0, 1).entry("general.alignment", alignment)), "") << alignment;
  }
  EXPECT_NE(error_of(GgufBytes().header(0, 1).key("general.alignment", MetaType::kString).text("32")), "");
  EXPECT_EQ(error_of(GgufBytes().header(0, 1).entry("general.alignment", 4096)), "");
}

TEST(GgufParse, RefusesBadDimensions) {
  EXPECT_EQ(error_of(one_tensor({1, 1, 1, 1, 1}, kF32, 0, 32)),
            "m.gguf: tensor t: has 5 dimensions (expected at most 4)");
  EXPECT_EQ(error_of(one_tensor({4, 0}, kF32, 0, 32)), "m.gguf: tensor t: dimension 0 is 0 (expected at least 1)");
  EXPECT_NE(error_of(one_tensor({kHuge}, kF32, 0, 32)), "");
  EXPECT_NE(error_of(one_tensor({uint64_t{1} << 63}, kF32, 0, 32)), "");
  EXPECT_NE(error_of(one_tensor({uint64_t{1} << 32, uint64_t{1} << 32}, kF32, 0, 32)), "");
  EXPECT_NE(error_of(one_tensor({uint64_t{1} << 62}, kF32, 0, 32)), "");  // times 4 bytes
  EXPECT_NE(error_of(one_tensor({uint64_t{1} << 31, uint64_t{1} << 31, uint64_t{1} << 31, 4}, kF32, 0, 32)), "");
}

TEST(GgufParse, RefusesRowsThatAreNotWholeBlocks) {
  EXPECT_EQ(error_of(one_tensor({48, 2}, kQ4_0, 0, 64)),
            "m.gguf: tensor t: a row of 48 weights is not a multiple of 32, the block of Q4_0");
}

TEST(GgufParse, NamesTensorTypesItCannotUse) {
  const std::string known = error_of(one_tensor({256}, 28, 0, 256), ErrorKind::kUnsupported);
  EXPECT_TRUE(known.starts_with("m.gguf: tensor t: type 28 (F64) is not supported; supported are ")) << known;
  EXPECT_NE(known.find("Q4_0"), std::string::npos);
  for (const uint32_t type : {4u, 31u, 36u, 1000u, 0xFFFFFFFFu}) {  // retired or never given
    EXPECT_EQ(error_of(one_tensor({256}, type, 0, 256), ErrorKind::kUnsupported),
              "m.gguf: tensor t: type " + std::to_string(type) + " is unknown");
  }
}

TEST(GgufParse, RefusesTensorsThatLieOutsideTheFile) {
  // Entries end at byte 61: data begins at 64.
  EXPECT_EQ(error_of(one_tensor({8}, kF32, 0, 32)), "");
  EXPECT_EQ(error_of(one_tensor({8}, kF32, 0, 31)), "m.gguf: tensor t: needs 32 bytes at 64, file ends at 95");
  EXPECT_EQ(error_of(one_tensor({8}, kF32, 32, 32)), "m.gguf: tensor t: needs 32 bytes at 96, file ends at 96");
  for (const uint64_t offset : {uint64_t{1} << 40, (uint64_t{1} << 63) - 64, uint64_t{1} << 63, kHuge - 31}) {
    EXPECT_NE(error_of(one_tensor({8}, kF32, offset, 32)), "") << offset;
  }
}

TEST(GgufParse, RefusesMisalignedOffsets) {
  EXPECT_EQ(error_of(one_tensor({8}, kF32, 4, 64)), "m.gguf: tensor t: offset 4 is not a multiple of the alignment 32");
}

TEST(GgufParse, RefusesTensorsThatOverlap) {
  GgufBytes gguf;
  gguf.header(2, 0).tensor("a", {16}, kF32, 0).tensor("b", {8}, kF32, 32).pad().zeros(64);
  EXPECT_NE(error_of(gguf), "");
  GgufBytes same;
  same.header(2, 0).tensor("a", {8}, kF32, 0).tensor("b", {8}, kF32, 0).pad().zeros(64);
  EXPECT_NE(error_of(same), "");
}

TEST(GgufParse, NeedsLittleMemoryForAnyFileBelowAMegabyte) {
  constexpr size_t kFileBytes = (1 << 20) - 64;
  GgufBytes strings, bytes, entries, tensors;
  strings.header(0, 1).array("k", MetaType::kString, kFileBytes / 8).zeros(kFileBytes / 8 * 8);
  bytes.header(0, 1).array("k", MetaType::kU8, kFileBytes).zeros(kFileBytes);
  const uint64_t n_entries = kFileBytes / 17, n_tensors = kFileBytes / 36;
  entries.header(0, n_entries);
  for (uint64_t i = 0; i < n_entries; ++i)
    entries.put(uint64_t{4}).put(static_cast<uint32_t>(i)).put(7u).put(uint8_t{1});
  tensors.header(n_tensors, 0);
  for (uint64_t i = 0; i < n_tensors; ++i) tensors.tensor("0000", {}, kF32, 0);

  for (const GgufBytes& gguf : {strings, bytes, entries, tensors}) {
    rusage before{}, after{};
    getrusage(RUSAGE_SELF, &before);
    const auto file = parse_gguf("m.gguf", gguf.bytes());
    getrusage(RUSAGE_SELF, &after);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 64 << 10) << "KiB";
  }
}

// Mutations of a valid file: bytes changed, 32- and 64-bit fields set to extremes, pieces cut out or doubled.
TEST(GgufParse, SurvivesRandomMutations) {
  std::mt19937_64 random(20240607);
  const std::vector<uint8_t> original = small_gguf().bytes();
  const uint64_t extremes[] = {0, 1, 0x7F, 0xFF, 0x7FFFFFFF, 0xFFFFFFFF, uint64_t{1} << 63, kHuge, kHuge - 31};
  const auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
  int n_read = 0;
  for (int round = 0; round < 20000; ++round) {
    std::vector<uint8_t> bytes = original;
    for (size_t n = 1 + below(3); n > 0; --n) {
      const size_t at = below(bytes.size() - 8);
      const uint64_t extreme = extremes[below(std::size(extremes))];
      switch (below(5)) {
        case 0:
          bytes[at] ^= static_cast<uint8_t>(1u << below(8));
          break;
        case 1:
          std::memcpy(&bytes[at], &extreme, 8);
          break;
        case 2:
          std::memcpy(&bytes[at], &extreme, 4);
          break;
        case 3:
          bytes.erase(bytes.begin() + at, bytes.begin() + at + 1 + below(7));
          break;
        default:
          bytes.insert(bytes.begin() + at, original.begin(), original.begin() + 1 + below(16));
          break;
      }
    }
    const auto file = parse_gguf("m.gguf", bytes);
    if (!file) {
      ASSERT_FALSE(file.error().message.empty());
      continue;
    }
    ++n_read;
    for (const NamedTensor& tensor : file->tensors) {
      ASSERT_GE(tensor.view.data, bytes.data());
      ASSERT_LE(tensor.view.data + tensor.view.size_bytes(), bytes.data() + bytes.size());
    }
  }
  EXPECT_GT(n_read, 100);  // the mutations reach the data, not only the magic
}

}  // namespace
}  // namespace ondol
