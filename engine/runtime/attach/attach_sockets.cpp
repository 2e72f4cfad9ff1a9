#include "engine/runtime/attach/attach_sockets.h"

#include "tracestore/base/json_io.h"

#include <nlohmann/json.hpp>

#include <QDir>
#include <QFile>

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace engine {

using tracestore::ErrorCode;
using tracestore::Result;

namespace {

    constexpr int kHelloPatienceMs = 300;
    constexpr std::size_t kMostHelloBytes = 64 * 1024;

    /// A descriptor that is closed.
    class Descriptor
    {
    public:
        explicit Descriptor(int number)
            : m_number(number)
        { }

        Descriptor(const Descriptor&) = delete;
        Descriptor& operator=(const Descriptor&) = delete;

        ~Descriptor()
        {
            if (m_number >= 0)
                ::close(m_number);
        }

        [[nodiscard]] int number() const { return m_number; }

    private:
        int m_number;
    };

    enum class Knock
    {
        Answered,
        Nobody, ///< nobody listens there
        Unknown
    };

    Knock knock(const QByteArray& path, int descriptor)
    {
        sockaddr_un address {};
        address.sun_family = AF_UNIX;
        if (descriptor < 0 || static_cast<std::size_t>(path.size()) >= sizeof address.sun_path)
            return Knock::Unknown;
        std::memcpy(address.sun_path, path.constData(), static_cast<std::size_t>(path.size()));
        const void* plain = &address;
        if (::connect(descriptor, static_cast<const sockaddr*>(plain), sizeof address) == 0)
            return Knock::Answered;
        return errno == ECONNREFUSED ? Knock::Nobody : Knock::Unknown;
    }

    int openSocket()
    {
        return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    }

    bool isSocket(const QByteArray& path)
    {
        struct stat state
        { };

        return ::lstat(path.constData(), &state) == 0 && S_ISSOCK(state.st_mode);
    }

    /// What a run says first; empty where it says nothing in time.
    std::string readHello(int descriptor)
    {
        std::string text;
        while (text.size() < kMostHelloBytes) {
            pollfd state {.fd = descriptor, .events = POLLIN, .revents = 0};
            char piece[4096];
            if (::poll(&state, 1, kHelloPatienceMs) <= 0)
                return {};
            const ssize_t got = ::read(descriptor, piece, sizeof piece);
            if (got <= 0)
                return {};
            text.append(piece, static_cast<std::size_t>(got));
            if (const std::size_t end = text.find('\n'); end != std::string::npos)
                return text.substr(0, end);
        }
        return {};
    }

    QString textOf(const nlohmann::json& object, const char* name)
    {
        const auto found = object.find(name);
        return found != object.end() && found->is_string()
            ? QString::fromStdString(found->get<std::string>())
            : QString();
    }

    /// Ours alone: no link, no folder of others, nothing that others can enter.
    bool isPrivate(const QByteArray& folder)
    {
        struct stat state
        { };

        return ::lstat(folder.constData(), &state) == 0 && S_ISDIR(state.st_mode)
            && state.st_uid == ::geteuid() && (state.st_mode & 0077) == 0;
    }

} // namespace

Result<QString> socketFolder()
{
    const QString runtime = qEnvironmentVariable("XDG_RUNTIME_DIR");
    QString folder = runtime + u"/kymo"_s;
    if (runtime.isEmpty())
        folder = QDir::tempPath() + u"/kymo-runs-"_s + QString::number(::geteuid());
    const QByteArray path = QFile::encodeName(folder);
    if (::mkdir(path.constData(), 0700) != 0 && errno != EEXIST)
        return tracestore::fail(ErrorCode::Io,
                                "Cannot make the folder " + folder.toStdString() + ": "
                                    + std::strerror(errno) + '.');
    if (!isPrivate(path))
        return tracestore::fail(ErrorCode::Denied,
                                "The folder " + folder.toStdString()
                                    + " is not yours alone. Make it so (chmod 700), or name "
                                      "another by XDG_RUNTIME_DIR.");
    return folder;
}

Result<QString> socketPath(const QString& nameOrPath)
{
    QString path = nameOrPath;
    if (!nameOrPath.contains(u'/')) {
        auto folder = socketFolder();
        if (!folder)
            return folder;
        if (nameOrPath.isEmpty() || nameOrPath.startsWith(u'.'))
            return tracestore::fail(ErrorCode::Invalid,
                                    "`" + nameOrPath.toStdString() + "` cannot name a run.");
        path = *folder + u'/' + nameOrPath
            + (nameOrPath.endsWith(u".sock") ? QString() : u".sock"_s);
    }
    if (static_cast<std::size_t>(QFile::encodeName(path).size()) >= sizeof(sockaddr_un::sun_path))
        return tracestore::fail(ErrorCode::Limit,
                                "The path of the socket is too long: " + path.toStdString());
    return path;
}

std::vector<ListeningRun> listeningRuns()
{
    std::vector<ListeningRun> runs;
    const auto folder = socketFolder();
    if (!folder)
        return runs;
    const QDir dir(*folder);
    for (const QString& file : dir.entryList({u"*.sock"_s}, QDir::System, QDir::Name)) {
        ListeningRun run {.name = file.chopped(5), .socket = dir.filePath(file)};
        if (freeSocket(run.socket))
            continue;
        const Descriptor socket(openSocket());
        if (knock(QFile::encodeName(run.socket), socket.number()) != Knock::Answered)
            continue;
        const auto hello = tracestore::parseJson(readHello(socket.number()));
        if (!hello || !hello->is_object())
            continue;
        run.agent = textOf(*hello, "agent");
        run.input = textOf(*hello, "input");
        const auto process = hello->find("process");
        if (process != hello->end() && process->is_number_integer())
            run.process = process->get<qint64>();
        runs.push_back(std::move(run));
    }
    return runs;
}

bool isOfThisUser(qintptr descriptor)
{
    ucred other {};
    socklen_t size = sizeof other;
    return ::getsockopt(static_cast<int>(descriptor), SOL_SOCKET, SO_PEERCRED, &other, &size) == 0
        && other.uid == ::geteuid();
}

bool freeSocket(const QString& path)
{
    const QByteArray name = QFile::encodeName(path);
    if (!isSocket(name))
        return !QFile::exists(path);
    const Descriptor socket(openSocket());
    return knock(name, socket.number()) == Knock::Nobody && ::unlink(name.constData()) == 0;
}

} // namespace engine
