#pragma once

#include "engine/config/secret.h"
#include "engine/provider/provider.h"
#include "tracestore/base/clock.h"
#include "tracestore/import/http/model_api.h"

#include <QNetworkAccessManager>
#include <QProcessEnvironment>
#include <QUrl>

#include <vector>

namespace engine {

/// Where and how an HttpProvider asks.
struct HttpTarget
{
    tracestore::ModelApi api = tracestore::ModelApi::OpenAiChat;
    QUrl baseUrl; ///< http or https; the end point of the API is put behind its path
    Secret key; ///< may be empty: servers of one's own need none
    tracestore::Duration timeout {120'000'000'000}; ///< without any byte from the provider
    std::int64_t maxAnswerBytes = std::int64_t {64} << 20U;
};

/// Asks models over HTTP in one of the three APIs. Certificates are verified, redirects are not
/// followed (they would carry the key elsewhere), and no message holds the key. Engine thread;
/// outlives its calls.
class HttpProvider : public Provider
{
public:
    /// `clock` outlives the provider.
    HttpProvider(HttpTarget target,
                 const tracestore::Clock& clock,
                 const QProcessEnvironment& environment);
    ~HttpProvider() override;

    [[nodiscard]] std::unique_ptr<RunningCall> start(const ChatRequest& request,
                                                     CallHandlers handlers) override;

    /// The address that is asked.
    [[nodiscard]] QUrl address() const;

private:
    struct Lane;

    QNetworkRequest requestFor(const ChatRequest& request) const;
    Lane& freeLane();

    HttpTarget m_target;
    const tracestore::Clock& m_clock;
    QProcessEnvironment m_environment;
    std::vector<std::unique_ptr<Lane>> m_lanes;
};

} // namespace engine
