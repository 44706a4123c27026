#include "seal/call_filter.h"

#include <seccomp.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace ondol {
namespace {

uint32_t action_of(CallVerdict verdict) {
  switch (verdict) {
    case CallVerdict::kAllowed:
      return SCMP_ACT_ALLOW;
    case CallVerdict::kRefused:
      return SCMP_ACT_ERRNO(EPERM);
    case CallVerdict::kUnknown:
      break;
  }
  return SCMP_ACT_ERRNO(ENOSYS);
}

scmp_arg_cmp comparison_of(const ArgumentTest& test) {
  if (test.kind == ArgumentTest::Kind::kNotEqual) return {test.argument, SCMP_CMP_NE, test.value, 0};
  return {test.argument, SCMP_CMP_MASKED_EQ, test.mask, test.value};
}

// 0 or a negative errno, as libseccomp's functions.
int add(scmp_filter_ctx filter, const CallRule& rule) {
  const uint32_t action = action_of(rule.verdict);
  if (action == SCMP_ACT_ERRNO(ENOSYS)) return 0;  // as all that is not listed; the library refuses to list it again
  const int call = seccomp_syscall_resolve_name(rule.name);
  if (call == __NR_SCMP_ERROR) return 0;  // newer than the library: ENOSYS
  if (!rule.test) return seccomp_rule_add(filter, action, call, 0);
  const scmp_arg_cmp comparison = comparison_of(*rule.test);
  return seccomp_rule_add_array(filter, action, call, 1, &comparison);
}

int build(scmp_filter_ctx filter, const SealRole& role) {
  const std::pair<scmp_filter_attr, uint32_t> attributes[] = {
      {SCMP_FLTATR_CTL_TSYNC, 1}, {SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS}, {SCMP_FLTATR_API_SYSRAWRC, 1}};
  for (const auto& [attribute, value] : attributes) {
    if (const int error = seccomp_attr_set(filter, attribute, value); error != 0) return error;
  }
  for (const CallRule& rule : call_rules(role)) {
    if (const int error = add(filter, rule); error != 0) return error;
  }
  // raise() and abort(): a signal to one of our own threads
  const auto own_process = static_cast<scmp_datum_t>(getpid());
  const scmp_arg_cmp to_ourselves{0, SCMP_CMP_MASKED_EQ, 0xffffffff, own_process};
  return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &to_ourselves);
}

}  // namespace

int install_call_filter(const SealRole& role) {
  const std::unique_ptr<void, decltype(&seccomp_release)> filter(seccomp_init(SCMP_ACT_ERRNO(ENOSYS)), seccomp_release);
  if (!filter) return ENOMEM;
  if (const int error = build(filter.get(), role); error != 0) return -error;
  return -seccomp_load(filter.get());
}

}  // namespace ondol
