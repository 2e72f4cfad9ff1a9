#pragma once

#include "engine/config/agent_config.h"
#include "engine/config/key_store.h"
#include "engine/provider/model_list.h"
#include "engine/provider/provider.h"
#include "engine/runtime/engine_service.h"
#include "engine/runtime/run_session.h"

#include <memory>

namespace engine {

/// Tests the connection to one provider or server of a configuration: what it found is told as it
/// comes. Providers are asked for their list of models, which costs nothing; the model itself only
/// where the request says so. One use; engine's thread; destroying it ends everything.
class ConnectionCheck : public QObject
{
    Q_OBJECT

public:
    ConnectionCheck(ConnectionRequest request, RunWorld world, QObject* parent = nullptr);
    ~ConnectionCheck() override;

    void start();

    /// Stops; reported() tells of that.
    void cancel();

    [[nodiscard]] const ConnectionReport& report() const { return m_report; }

signals:
    /// There is more in the report; the last word where it is over. From the event loop.
    void reported();

private:
    struct Servers;

    void readConfig();
    void fetchKeys();
    void checkProvider();
    void askForModels(HttpTarget target);
    void takeModels();
    void tellOfModels();
    void offerToAsk(const std::string& model);
    void askModel(const HttpTarget& target);
    void takeAnswer(const Outcome& outcome);
    void tellFailure(const tracestore::SpanError& error);
    void tellOfKey();
    void startServer();
    void takeServer();
    void add(ConnectionFinding::Level level, std::string text);
    void finish();
    void fail(std::string text);

    ConnectionRequest m_request;
    RunWorld m_world;
    ConnectionReport m_report;
    AgentConfig m_config; ///< with the one provider or server only
    std::vector<std::string> m_models; ///< which the configuration wants of the provider
    RunKeys m_keys;
    std::unique_ptr<KeyFetch> m_fetch;
    std::unique_ptr<ModelList> m_list;
    std::unique_ptr<Provider> m_provider;
    std::unique_ptr<RunningCall> m_call;
    std::unique_ptr<Servers> m_servers;
    tracestore::Duration m_started; ///< of the steady clock
    QTimer m_deadline;
};

} // namespace engine
