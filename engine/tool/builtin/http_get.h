#pragma once

#include "engine/tool/tool.h"

#include <QNetworkAccessManager>

#include <cstddef>
#include <memory>
#include <vector>

namespace engine {

struct HttpGetOptions
{
    bool allowsPrivate = false; ///< addresses of this machine and of the local network too
    std::vector<std::string> hosts; ///< only these and what ends with `.host`; empty: any
    std::size_t bytes = std::size_t {256} << 10U; ///< of a body; what is longer is cut
    int redirects = 5;
};

/// `http_get`: the text at an address of the web. A name is resolved first, and the connection goes
/// to the address that was checked, so that a name server cannot answer otherwise the second time;
/// redirects are checked in the same way. No cookies. The manager outlives the tool.
std::unique_ptr<Tool> makeHttpGet(HttpGetOptions options, QNetworkAccessManager& network);

} // namespace engine
