#include "tests/cli/run_kymo.h"

#include "tests/support/test_paths.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace tests {
namespace {

    constexpr int kTimeoutMs = 60'000;

    QString builtProgram(const char* path)
    {
        return QString::fromStdString((fromEnvironment("KYMO_BINARY_DIR") / path).string());
    }

} // namespace

QString kymoProgram()
{
    return builtProgram("bin/kymo");
}

QString kymoWithTreeProgram()
{
    return builtProgram("tests/cli/kymo_with_tree");
}

KymoRun runKymo(const QStringList& arguments, const QByteArray& input)
{
    QProcess process;
    process.setWorkingDirectory(QString::fromStdString((dataDir() / "cli").string()));
    process.start(kymoWithTreeProgram(), arguments);
    process.write(input);
    process.closeWriteChannel();
    return finishKymo(process);
}

KymoRun finishKymo(QProcess& process)
{
    const bool hasEnded = process.waitForFinished(kTimeoutMs);
    KymoRun run;
    if (hasEnded && process.exitStatus() == QProcess::NormalExit)
        run.code = process.exitCode();
    run.out = process.readAllStandardOutput();
    run.err = process.readAllStandardError();
    return run;
}

Terminal::Terminal()
    : m_master(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC))
{
    if (m_master < 0 || ::grantpt(m_master) != 0 || ::unlockpt(m_master) != 0)
        qFatal("no pseudo terminal");
    m_name = QString::fromLocal8Bit(::ptsname(m_master));
    m_slave = ::open(::ptsname(m_master), O_RDWR | O_NOCTTY | O_CLOEXEC);
}

Terminal::~Terminal()
{
    ::close(m_slave);
    ::close(m_master);
}

void Terminal::type(const QByteArray& keys)
{
    if (::write(m_master, keys.constData(), static_cast<std::size_t>(keys.size())) != keys.size())
        qFatal("the pseudo terminal takes nothing");
}

QByteArray Terminal::written()
{
    char piece[4096];
    for (ssize_t got = 0; (got = ::read(m_master, piece, sizeof piece)) > 0;)
        m_written.append(piece, got);
    return m_written;
}

} // namespace tests
