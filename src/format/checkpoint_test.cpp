#include "format/checkpoint.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"
#include "format/test_gguf.h"

namespace ondol {
namespace {

TEST(Checkpoint, OpensAFileByItsContentWhateverItsName) {
  const TestFolder folder;
  const auto model = open_checkpoint(folder.write("model.bin", small_gguf().bytes()));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->format, "GGUF v3");
  EXPECT_TRUE(model->find("matrix"));
  EXPECT_FALSE(model->find("absent"));
}

TEST(Checkpoint, SaysWhatItExpectedWhereThereIsNoModel) {
  const TestFolder folder;
  for (const std::string_view content : {"", "G", "GGU", "hello, this is a text", "\x02\0\0\0\0\0\0\0[]"}) {
    const auto model = open_checkpoint(folder.write("text", content));
    ASSERT_FALSE(model);
    EXPECT_EQ(model.error().kind, ErrorKind::kCorruptFile);
    EXPECT_NE(model.error().message.find("expected a GGUF or safetensors file"), std::string::npos);
  }
}

TEST(Checkpoint, NamesAMissingFile) {
  const auto model = open_checkpoint("absent.gguf");
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().exit_code(), 2);
  EXPECT_NE(model.error().message.find("absent.gguf"), std::string::npos);
}

}  // namespace
}  // namespace ondol
