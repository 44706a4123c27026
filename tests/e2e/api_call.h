// Requests to the server for all tests, whose answers are held to the schemas of their API.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ondol::e2e {

using Json = nlohmann::json;

// Discarded where the text is no JSON.
Json parse(const std::string& text);

// The answer to a POST request; it must be 200 and obey `schema`.
Json answer_to(const std::string& path, const Json& request, const std::string& schema);

// The same as a stream: its events, or its lines, each of which must obey `schema`.  Never empty; without "[DONE]".
std::vector<Json> stream_of(const std::string& path, Json request, const std::string& schema);

// The answer must have that status, obey the schema of an error, hold `word` and give no path of this machine away.
void expect_refused(const std::string& path, const Json& request, int status, const std::string& schema,
                    const std::string& word);

}  // namespace ondol::e2e
