# Cross builds: Debian has these packages for the host only, but their headers alone are enough.  A folder of links
# keeps the rest of the host's /usr/include out of sight.
set(foreign ${PROJECT_BINARY_DIR}/foreign)
file(MAKE_DIRECTORY ${foreign})
foreach(package fmt spdlog tl)
  file(CREATE_LINK /usr/include/${package} ${foreign}/${package} SYMBOLIC)
endforeach()

if(NOT TARGET fmt::fmt)
  add_library(fmt::fmt INTERFACE IMPORTED GLOBAL)
  set_target_properties(fmt::fmt PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${foreign}
                                            INTERFACE_COMPILE_DEFINITIONS FMT_HEADER_ONLY)
endif()
set(fmt_FOUND TRUE)
