#include "engine/tool/builtin/sandbox.h"

#include <QStandardPaths>

namespace engine {

using namespace Qt::StringLiterals;

QString bubblewrapProgram()
{
    return QStandardPaths::findExecutable(u"bwrap"_s);
}

QStringList sandboxArguments(const SandboxOptions& options, const std::string& command, int filter)
{
    const QString size = QString::number(options.temporaryBytes);
    // --unshare-user, since --unshare-all alone only tries that one.
    QStringList all {u"--unshare-all"_s,
                     u"--unshare-user"_s,
                     u"--disable-userns"_s,
                     u"--cap-drop"_s,
                     u"ALL"_s,
                     u"--new-session"_s,
                     u"--die-with-parent"_s,
                     u"--hostname"_s,
                     u"sandbox"_s,
                     u"--clearenv"_s};
    const auto add = [&](std::initializer_list<QString> more) { all.append(more); };
    add({u"--setenv"_s, u"PATH"_s, u"/usr/local/bin:/usr/bin:/bin"_s});
    add({u"--setenv"_s, u"LANG"_s, u"C.UTF-8"_s});
    add({u"--setenv"_s, u"TMPDIR"_s, u"/tmp"_s});
    add({u"--ro-bind"_s, u"/usr"_s, u"/usr"_s});
    for (const QString& folder : {u"bin"_s, u"sbin"_s, u"lib"_s, u"lib32"_s, u"lib64"_s})
        add({u"--symlink"_s, u"usr/"_s + folder, u'/' + folder});
    for (const QString& file : {u"/etc/alternatives"_s,
                                u"/etc/ld.so.cache"_s,
                                u"/etc/ld.so.conf"_s,
                                u"/etc/ld.so.conf.d"_s,
                                u"/etc/localtime"_s})
        add({u"--ro-bind-try"_s, file, file});
    add({u"--proc"_s, u"/proc"_s, u"--dev"_s, u"/dev"_s});
    // Bubblewrap covers these only where their folders can be written; to root their files can.
    for (const QString& settings : {u"/proc/sys"_s, u"/proc/irq"_s, u"/proc/bus"_s, u"/proc/fs"_s})
        add({u"--ro-bind-try"_s, settings, settings});
    add({u"--size"_s, size, u"--tmpfs"_s, u"/dev/shm"_s});
    add({u"--remount-ro"_s, u"/dev"_s}); // a tmpfs without a size, too
    add({u"--size"_s, size, u"--tmpfs"_s, u"/tmp"_s});
    if (options.root.empty())
        add({u"--size"_s, size, u"--tmpfs"_s, u"/files"_s});
    else
        add({options.isWritable ? u"--bind"_s : u"--ro-bind"_s,
             QString::fromStdString(options.root.string()),
             u"/files"_s});
    if (filter >= 0)
        add({u"--seccomp"_s, QString::number(filter)});
    // The root of the sandbox itself is a tmpfs without a size.
    add({u"--remount-ro"_s, u"/"_s, u"--chdir"_s, u"/files"_s, u"--"_s});
    // Set inside, where only what is in there counts: outside it would count all that the user
    // runs. The letter differs from shell to shell.
    const QString limited = u"ulimit -u %1 2>/dev/null || ulimit -p %1 2>/dev/null; "
                            "exec /bin/sh -c \"$1\" sh"_s.arg(options.processes);
    add({u"/bin/sh"_s, u"-c"_s, limited, u"sh"_s, QString::fromStdString(command)});
    return all;
}

} // namespace engine
