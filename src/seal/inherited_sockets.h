// Sockets that a process was started with: the ways out that no filter of new sockets closes.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace ondol {

// Closes every open socket but `kept` and the standard streams; returns those of the streams (0, 1, 2) that are
// sockets, as under inetd or systemd.  Without /proc it finds none.
std::vector<int> close_inherited_sockets(std::span<const int> kept);

}  // namespace ondol
