#include "api_call.h"

#include "api_schema.h"
#include "http_client.h"
#include "served.h"

namespace ondol::e2e {

Json parse(const std::string& text) { return Json::parse(text, nullptr, /*allow_exceptions=*/false); }

Json answer_to(const std::string& path, const Json& request, const std::string& schema) {
  const HttpReply reply = ask(port_for_all(), "POST", path, request.dump());
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_TRUE(obeys(schema, reply.body));
  return parse(reply.body);
}

std::vector<Json> stream_of(const std::string& path, Json request, const std::string& schema) {
  request["stream"] = true;
  const HttpReply reply = ask(port_for_all(), "POST", path, request.dump());
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_TRUE(reply.is_whole);
  std::vector<std::string> parts;
  if (reply.field("Content-Type") == "application/x-ndjson") {
    for (size_t at = 0, end; (end = reply.body.find('\n', at)) != std::string::npos; at = end + 1) {
      parts.push_back(reply.body.substr(at, end - at));
    }
  } else {
    EXPECT_TRUE(reply.field("Content-Type").starts_with("text/event-stream"));
    parts = events_of(reply.body);
  }
  if (!parts.empty() && parts.back() == "[DONE]") parts.pop_back();
  std::vector<Json> events;
  for (const std::string& part : parts) {
    EXPECT_TRUE(obeys(schema, part));
    events.push_back(parse(part));
  }
  EXPECT_FALSE(events.empty());
  if (events.empty()) events.emplace_back();
  return events;
}

void expect_refused(const std::string& path, const Json& request, int status, const std::string& schema,
                    const std::string& word) {
  const HttpReply reply = ask(port_for_all(), "POST", path, request.dump());
  EXPECT_EQ(reply.status, status) << reply.body;
  EXPECT_TRUE(obeys(schema, reply.body));
  EXPECT_NE(reply.body.find(word), std::string::npos) << reply.body;
  EXPECT_EQ(reply.body.find(ONDOL_SOURCE_DIR), std::string::npos) << reply.body;
}

}  // namespace ondol::e2e
