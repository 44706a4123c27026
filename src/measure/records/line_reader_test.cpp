#include "measure/records/line_reader.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/test_folder.h"

namespace ondol {
namespace {

TEST(LineReader, NumbersLinesAndPassesOverAByteOrderMark) {
  const TestFolder folder;
  auto lines = LineReader::open(folder.write("a", "\xEF\xBB\xBF하나\n\n셋"));
  ASSERT_TRUE(lines);
  for (const std::string_view wanted : {"하나", "", "셋"}) {
    const auto line = lines->next();
    ASSERT_TRUE(line && *line);
    EXPECT_EQ(**line, wanted);
  }
  EXPECT_EQ(lines->line_number(), 3);
  EXPECT_FALSE(*lines->next());
  EXPECT_EQ(lines->bytes_read(), lines->size_bytes());
}

TEST(LineReader, GoesOnBehindALineThatIsNotUtf8) {
  const TestFolder folder;
  auto lines = LineReader::open(folder.write("a", "\xED\xA0\x80\nb\n"));
  ASSERT_TRUE(lines);
  EXPECT_EQ(lines->next().error().kind, ErrorKind::kBadInput);
  EXPECT_EQ(**lines->next(), "b");
}

TEST(LineReader, SaysThatTheFileShrank) {
  const TestFolder folder;
  const std::string path = folder.write("a", std::string(1 << 16, 'a') + "\n");
  auto lines = LineReader::open(path);
  ASSERT_TRUE(lines);
  std::filesystem::resize_file(path, 100);
  (void)lines->next();
  EXPECT_EQ(lines->next().error().kind, ErrorKind::kIo);
}

// More than is given back at once, so that lines stay readable while the pages behind them go.
TEST(LineReader, ReadsFilesLargerThanWhatItKeeps) {
  const TestFolder folder;
  std::string text;
  const std::string line(1 << 20, 'x');
  for (int i = 0; i < 40; ++i) text += line + "\n";
  auto lines = LineReader::open(folder.write("a", text));
  ASSERT_TRUE(lines);
  for (int i = 0; i < 40; ++i) {
    const auto read = lines->next();
    ASSERT_TRUE(read && *read);
    EXPECT_TRUE(**read == line);
  }
  EXPECT_FALSE(*lines->next());
}

}  // namespace
}  // namespace ondol
