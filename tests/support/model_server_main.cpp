#include "tests/support/model_server.h"

#include <QCoreApplication>
#include <QSocketNotifier>

#include <array>
#include <cstdio>
#include <unistd.h>

/// `kymo_test_model_server SCRIPT [CUT]` answers by a script on a port that it prints, until its
/// input ends. CUT: bytes of an answer that go out at once.
int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    if (argc < 2) {
        std::fputs("usage: kymo_test_model_server SCRIPT [CUT]\n", stderr);
        return 2;
    }
    auto script = engine::Script::load(argv[1]);
    if (!script) {
        std::fprintf(stderr, "%s\n", script.error().message.c_str());
        return 1;
    }
    tests::ModelServer server(std::move(*script));
    if (argc > 2)
        server.setStyle({.cut = QByteArray(argv[2]).toLongLong()});
    if (!server.listen()) {
        std::fputs("There is no free port on this machine.\n", stderr);
        return 1;
    }
    QSocketNotifier input(STDIN_FILENO, QSocketNotifier::Read);
    QObject::connect(&input, &QSocketNotifier::activated, [] {
        std::array<char, 256> ignored {};
        if (::read(STDIN_FILENO, ignored.data(), ignored.size()) <= 0)
            QCoreApplication::quit();
    });
    std::printf("%d\n", server.port());
    std::fflush(stdout);
    return QCoreApplication::exec();
}
