#include "server/metrics.h"

#include <fmt/format.h>

#include <iterator>

namespace ondol {

std::string prometheus_text(const Metrics& metrics, const TrafficCount& traffic, int64_t memory_bytes,
                            double uptime_s) {
  std::string text;
  const auto add = [&](std::string_view name, std::string_view type, std::string_view help, auto value) {
    fmt::format_to(std::back_inserter(text), "# HELP ondol_{0} {2}\n# TYPE ondol_{0} {1}\nondol_{0} {3}\n", name, type,
                   help, value);
  };
  const auto counter = [&](std::string_view name, std::string_view help, auto value) {
    add(name, "counter", help, value);
  };
  const auto gauge = [&](std::string_view name, std::string_view help, auto value) { add(name, "gauge", help, value); };
  counter("prompt_tokens_total", "Tokens of prompts, cached ones too.", metrics.n_prompt_tokens.load());
  counter("cached_prompt_tokens_total", "Tokens of prompts that did not have to be computed.",
          metrics.n_cached_tokens.load());
  counter("generated_tokens_total", "Tokens of answers.", metrics.n_generated_tokens.load());
  counter("prefill_seconds_total", "Time from a stream's arrival to its first token, all streams together.",
          metrics.prefill_s.load());
  counter("decode_seconds_total", "Time from first to last token, all streams together.", metrics.decode_s.load());
  counter("requests_total", "Requests for an answer.", metrics.n_requests.load());
  counter("requests_refused_busy_total", "Requests sent away because too many waited.", metrics.n_busy.load());
  counter("streams_cancelled_total", "Streams whose client left.", metrics.n_cancelled.load());
  gauge("requests_pending", "Requests that are not answered yet.", metrics.n_pending.load());
  gauge("streams", "Streams that are computed or wait for it.", metrics.n_streams.load());
  counter("connections_total", "Connections accepted.", traffic.loopback.n_connections + traffic.other.n_connections);
  gauge("connections", "Open connections.", traffic.n_open.load());
  gauge("memory_bytes", "Resident memory of the process.", memory_bytes);
  gauge("uptime_seconds", "Time since the start.", uptime_s);
  text +=
      "# HELP ondol_http_answers_total Answers by the class of their status.\n# TYPE ondol_http_answers_total "
      "counter\n";
  for (int i = 1; i <= 5; ++i) {
    fmt::format_to(std::back_inserter(text), "ondol_http_answers_total{{class=\"{}xx\"}} {}\n", i,
                   traffic.n_answers[i].load());
  }
  text +=
      "# HELP ondol_network_bytes_total Bytes of connections, by where the other end is.\n"
      "# TYPE ondol_network_bytes_total counter\n";
  const auto bytes = [&](std::string_view peer, std::string_view direction, int64_t n) {
    fmt::format_to(std::back_inserter(text), "ondol_network_bytes_total{{peer=\"{}\",direction=\"{}\"}} {}\n", peer,
                   direction, n);
  };
  bytes("loopback", "in", traffic.loopback.in_bytes);
  bytes("loopback", "out", traffic.loopback.out_bytes);
  bytes("other", "in", traffic.other.in_bytes);
  bytes("other", "out", traffic.other.out_bytes);
  return text;
}

}  // namespace ondol
