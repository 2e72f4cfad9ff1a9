#pragma once

#include "engine/config/secret.h"
#include "tracestore/base/timestamp.h"
#include "tracestore/import/http/model_api.h"

#include <QNetworkRequest>
#include <QUrl>

#include <string_view>

namespace engine {

/// Where and how a provider is asked over HTTP.
struct HttpTarget
{
    tracestore::ModelApi api = tracestore::ModelApi::OpenAiChat;
    QUrl baseUrl; ///< http or https; the end point of the API is put behind its path
    Secret key; ///< may be empty: servers of one's own need none
    tracestore::Duration timeout {120'000'000'000}; ///< without any byte from the provider
    std::int64_t maxAnswerBytes = std::int64_t {64} << 20U;

    /// The address of an end point such as `/models`.
    [[nodiscard]] QUrl address(std::string_view endPoint) const;

    /// A request with all that each has: who asks, the key, no cookies, nothing packed.
    [[nodiscard]] QNetworkRequest request(const QUrl& address) const;
};

} // namespace engine
