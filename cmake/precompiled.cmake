# A quarter of the compiler's time goes into headers of the standard library that nearly every file includes.  The sanitizer
# build of `make test` reads them once; the others do not, so that a file which forgets one is found.
function(ondol_precompile target)
  if(ONDOL_PRECOMPILED)
    target_precompile_headers(${target} PRIVATE <algorithm> <cmath> <cstdint> <filesystem> <functional> <map> <memory> <optional>
                              <span> <string> <string_view> <unordered_map> <vector> <fmt/format.h> <tl/expected.hpp> ${ARGN})
  endif()
endfunction()
