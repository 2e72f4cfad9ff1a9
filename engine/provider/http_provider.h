#pragma once

#include "engine/provider/http_target.h"
#include "engine/provider/provider.h"
#include "tracestore/base/clock.h"

#include <QNetworkAccessManager>
#include <QProcessEnvironment>
#include <QUrl>

#include <vector>

namespace engine {

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
