#pragma once

#include "engine/run/run_observer.h"
#include "engine/runtime/attach/attach_sockets.h"
#include "engine/runtime/engine_service.h"

#include <nlohmann/json_fwd.hpp>

#include <QLocalServer>
#include <QObject>
#include <QTimer>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace engine {

class AttachedClient;
class RunSession;

/// Lets other programs of this user debug a run, several at once (README.md). What they break off
/// or send wrongly harms the run nothing; it stays as it is when they go. Lives on the engine's
/// thread; the session outlives it.
class AttachServer : public QObject
{
    Q_OBJECT

public:
    explicit AttachServer(RunSession& session);
    ~AttachServer() override;

    /// Listens under a name or path. Invalid: another run listens there.
    tracestore::Result<QString> listen(const QString& nameOrPath);

    /// Tells all that is left to tell, and goes. Waits for clients that read, a second at most.
    void finish();

    [[nodiscard]] std::size_t clientCount() const { return m_clients.size(); }

signals:
    void attached();
    void detached();

    /// The run is held, and nobody is there who could let it go on.
    void unattended();

private:
    friend class AttachedClient;
    class Feed;

    void accept();
    void remove(AttachedClient* client);
    void take(AttachedClient& client, const nlohmann::json& line);
    void debug(AttachedClient& client, const nlohmann::json& order);
    void tellAll(const nlohmann::json& line);
    void onStatus();
    void pumpAll();
    void tellTexts();

    RunSession& m_session;
    QLocalServer m_server;
    std::shared_ptr<Feed> m_feed;
    std::vector<std::unique_ptr<AttachedClient>> m_clients;
    std::vector<RunEventPtr> m_events; ///< all so far: who comes late sees them too
    std::map<std::string, std::string> m_texts; ///< by effect, since the last telling
    QTimer m_tell;
    /// Who asked for an evaluation, and by which number there.
    std::map<std::uint64_t, std::pair<AttachedClient*, std::uint64_t>> m_evaluations;
    std::uint64_t m_lastEvaluation = 0;
    std::unique_ptr<SetDebugSetup> m_setup; ///< as somebody ordered it last; null: nobody did
    std::uint64_t m_toldHold = 0; ///< the stop of which unattended() told
    QString m_path;
};

} // namespace engine
