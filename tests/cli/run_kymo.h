#pragma once

#include <QByteArray>
#include <QProcess>
#include <QStringList>

#include <memory>

namespace tests {

/// The program as it is built, and the same with the format of TreeImporter.
QString kymoProgram();
QString kymoWithTreeProgram();

/// How a run ended.
struct KymoRun
{
    int code = -1; ///< -1: it did not end by itself
    QByteArray out;
    QByteArray err;
};

/// Runs the program with the tree format in tests/data/cli, with `input` on standard input.
KymoRun runKymo(const QStringList& arguments, const QByteArray& input = {});

/// Waits for the end of a run that was started.
KymoRun finishKymo(QProcess& process);

/// A terminal to run a program in; what it writes there can be read.
class Terminal
{
public:
    Terminal();
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal();

    /// To open for reading and writing.
    [[nodiscard]] QString name() const { return m_name; }

    /// As somebody at its keyboard does.
    void type(const QByteArray& keys);

    /// All that was written so far, without waiting.
    QByteArray written();

private:
    int m_master = -1;
    int m_slave = -1; ///< keeps the terminal there between programs
    QString m_name;
    QByteArray m_written;
};

} // namespace tests
