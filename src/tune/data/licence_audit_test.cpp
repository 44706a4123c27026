#include "tune/data/licence_audit.h"

#include <gtest/gtest.h>

#include "base/test_folder.h"
#include "tune/data/licence_terms.h"

namespace ondol {
namespace {

TEST(LicenceTerms, AreFoundBySpellingsInUse) {
  const LicenceTerms by{.attribution = true};
  const LicenceTerms by_sa{.share_alike = true, .attribution = true};
  const LicenceTerms by_nc{.commercial = false, .attribution = true};
  EXPECT_EQ(find_licence_terms("CC0-1.0"), LicenceTerms{});
  EXPECT_EQ(find_licence_terms("MIT"), by);
  EXPECT_EQ(find_licence_terms("mit-0"), LicenceTerms{});
  EXPECT_EQ(find_licence_terms("Apache 2.0"), by);
  EXPECT_EQ(find_licence_terms("CC-BY-4.0"), by);
  EXPECT_EQ(find_licence_terms("cc by-sa 4.0"), by_sa);
  EXPECT_EQ(find_licence_terms("CC_BY_SA_2.0-KR"), by_sa);
  EXPECT_EQ(find_licence_terms("GPL-3.0-or-later"), by_sa);
  EXPECT_EQ(find_licence_terms("CC-BY-NC-4.0"), by_nc);
  EXPECT_EQ(find_licence_terms("공공누리 제2유형"), by_nc);
  EXPECT_EQ(find_licence_terms("공공누리 1유형"), by);
  EXPECT_FALSE(find_licence_terms("CC-BY-NC-SA-4.0")->commercial);
  EXPECT_TRUE(find_licence_terms("CC-BY-NC-SA-4.0")->share_alike);
  EXPECT_FALSE(find_licence_terms("CC-BY-ND-4.0")->derivatives);
  EXPECT_TRUE(find_licence_terms("llama3.1")->own_terms);
  for (const char* unknown : {"", "other", "proprietary", "CC-BY-XX-4.0", "MITx", "BSL-1.1"}) {
    EXPECT_FALSE(find_licence_terms(unknown)) << unknown;
  }
}

TEST(LicenceTerms, ExpressionsJoinOrChoose) {
  EXPECT_TRUE(find_licence_terms("MIT AND CC-BY-SA-4.0")->share_alike);
  EXPECT_FALSE(find_licence_terms("MIT OR CC-BY-SA-4.0")->share_alike);
  EXPECT_TRUE(find_licence_terms("CC-BY-NC-4.0 AND CC-BY-ND-4.0 OR GPL-2.0-only")->derivatives);
  EXPECT_FALSE(find_licence_terms("MIT AND unheard-of"));
}

class Audit : public testing::Test {
 protected:
  Result<LicenceAudit> audit(Purpose purpose, const std::vector<std::string>& accepted = {}) {
    return audit_licences({folder_.path("data.jsonl")}, purpose, accepted);
  }
  void card(std::string_view json) { folder_.write("data.card.json", json); }
  void expect_refused(std::string_view part_of_message, ErrorKind kind, Purpose purpose = Purpose::kCommercial) {
    const auto result = audit(purpose);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, kind);
    EXPECT_NE(result.error().message.find(part_of_message), std::string::npos) << result.error().message;
    EXPECT_EQ(result.error().message.find('\n'), std::string::npos);
  }

  TestFolder folder_;
};

TEST_F(Audit, FreeDataPassesInSilence) {
  card(R"({"name":"reviews","licence":"CC0-1.0","source":"https://example.org"})");
  const auto result = audit(Purpose::kCommercial);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(licence_notes(*result).empty());
  EXPECT_EQ(result->cards.size(), 1u);
  EXPECT_EQ(result->cards[0].source, "https://example.org");
}

TEST_F(Audit, DataWithoutACardIsUnknown) {
  expect_refused("data \"data.jsonl\": its licence is not known (none is given)", ErrorKind::kRefused);
  const auto research = audit(Purpose::kResearch);
  ASSERT_TRUE(research) << research.error().message;
  EXPECT_EQ(licence_notes(*research).size(), 1u);
  EXPECT_TRUE(audit(Purpose::kCommercial, {"unknown"}));
}

TEST_F(Audit, TheCardBehindTheWholeNameComesFirst) {
  card(R"({"licence":"CC-BY-NC-4.0"})");
  folder_.write("data.jsonl.card.json", R"({"license":"MIT"})");
  EXPECT_TRUE(audit(Purpose::kCommercial));
}

TEST_F(Audit, CommercialUseStopsAtEachConflict) {
  for (const char* licence : {"CC-BY-NC-4.0", "CC-BY-ND-4.0", "secret"}) {
    card(fmt::format(R"({{"name":"x","licence":"{}"}})", licence));
    expect_refused("--accept-licence", ErrorKind::kRefused);
    EXPECT_TRUE(audit(Purpose::kResearch)) << licence;
  }
  for (const char* licence : {"CC-BY-SA-4.0", "gemma", "Apache-2.0"}) {
    card(fmt::format(R"({{"name":"x","licence":"{}"}})", licence));
    EXPECT_TRUE(audit(Purpose::kCommercial)) << licence;
  }
}

TEST_F(Audit, AParentsLicenceCountsWhateverTheCardSays) {
  card(R"({"name":"mine","licence":"MIT","parents":["raw/raw.card.json",{"name":"words","licence":"CC-BY-SA-4.0"}]})");
  std::filesystem::create_directory(folder_.path("raw"));
  folder_.write("raw/raw.card.json", R"({"name":"raw","licence":"MIT","parents":["../web.json"]})");
  folder_.write("web.json", R"({"name":"web","licence":"cc-by-nc-sa-4.0"})");
  expect_refused("data \"web\": its licence cc-by-nc-sa-4.0 forbids commercial use; use other data",
                 ErrorKind::kRefused);
  const auto accepted = audit(Purpose::kCommercial, {"CC BY-NC-SA 4.0"});
  ASSERT_TRUE(accepted) << accepted.error().message;
  Metadata metadata;
  record_licences(*accepted, metadata);
  EXPECT_EQ(metadata.get_string("ondol.data.purpose"), "commercial");
  const auto strings = [&](const char* key) {
    const auto list = metadata.get_strings(key);
    return std::vector<std::string>(list->begin(), list->end());
  };
  EXPECT_EQ(strings("ondol.data.names"), (std::vector<std::string>{"mine", "raw", "web", "words"}));
  EXPECT_EQ(strings("ondol.data.licences"),
            (std::vector<std::string>{"MIT", "MIT", "cc-by-nc-sa-4.0", "CC-BY-SA-4.0"}));
  EXPECT_EQ(strings("ondol.data.findings"),
            (std::vector<std::string>{"web: non-commercial", "web: share-alike", "words: share-alike"}));
  EXPECT_EQ(strings("ondol.data.accepted"), (std::vector<std::string>{"cc-by-nc-sa-4.0"}));
  const auto parents_of = *metadata.get_ints("ondol.data.parents_of");
  EXPECT_EQ(std::vector<int64_t>(parents_of.begin(), parents_of.end()), (std::vector<int64_t>{-1, 0, 1, 0}));
}

TEST_F(Audit, AcceptingWhatIsNoConflictIsAMistake) {
  card(R"({"licence":"MIT"})");
  const auto result = audit(Purpose::kCommercial, {"CC-BY-NC-4.0"});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kUsage);
}

TEST_F(Audit, CardsThatNameEachOtherInACircleAreRefused) {
  card(R"({"licence":"MIT","parents":["other.json"]})");
  folder_.write("other.json", R"({"licence":"MIT","parents":["data.card.json"]})");
  expect_refused("data.card.json: this data card is its own ancestor", ErrorKind::kBadInput);
}

TEST_F(Audit, AParentThatSeveralNameIsReadOnce) {
  card(R"({"licence":"MIT","parents":["a.json","b.json"]})");
  folder_.write("a.json", R"({"licence":"MIT","parents":["c.json"]})");
  folder_.write("b.json", R"({"licence":"MIT","parents":["./c.json"]})");
  folder_.write("c.json", R"({"licence":"MIT"})");
  EXPECT_EQ(audit(Purpose::kResearch)->cards.size(), 4u);
}

TEST_F(Audit, BrokenCardsAreNamed) {
  const auto refused = [&](std::string_view json, std::string_view part) {
    card(json);
    expect_refused(part, ErrorKind::kBadInput, Purpose::kResearch);
  };
  refused("", "data.card.json: ");
  refused("[]", "data.card.json: no JSON object");
  refused(R"({"licence":5})", "data.card.json: \"licence\" must be text");
  refused(R"({"licence":"MIT","parents":"a"})", "\"parents\" must be text");
  refused(R"({"licence":"MIT","parents":[3]})", "data.card.json: no JSON object");
  refused(R"({"licence":"MIT","parents":["gone.json"]})", "gone.json: cannot open");
  std::string deep = R"({"licence":"MIT"})";
  for (int i = 0; i < 40; ++i) deep = R"({"licence":"MIT","parents":[)" + deep + "]}";
  refused(deep, "more than 1000 data cards or 32 generations");
  std::string wide = R"({"licence":"MIT","parents":[{})";
  for (int i = 0; i < 1100; ++i) wide += ",{}";
  refused(wide + "]}", "more than 1000 data cards");
}

}  // namespace
}  // namespace ondol
