// Certificates for a test, made by the openssl program in a folder of the test's own: an authority, a server on the
// loopback address, applications, and an authority that nobody trusts.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

namespace qkdes::test {

class Certificates {
  public:
    /// `folder` is made; its name needs no quoting in a shell.
    explicit Certificates(std::filesystem::path folder) : folder_{std::move(folder)} {
        std::filesystem::create_directories(folder_);
        std::ofstream{folder_ / "server.ext"} << "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n";
        std::ofstream{folder_ / "client.ext"} << "extendedKeyUsage=clientAuth\n";
        authority("ca");
        authority("rogue");
        issue("server", "kme", "ca", "server.ext");
    }
    /// One for the SAE `name`, in files of the same name; `file` names them otherwise.
    void application(std::string const& name, std::string const& by = "ca", std::string const& file = "") {
        issue(file.empty() ? name : file, name, by, "client.ext");
    }
    std::string certificate(std::string const& file) const { return (folder_ / (file + ".pem")).string(); }
    std::string key(std::string const& file) const { return (folder_ / (file + ".key")).string(); }

  private:
    void authority(std::string const& file) {
        run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" + file + " -keyout " +
            key(file) + " -out " + certificate(file));
    }
    void issue(std::string const& file, std::string const& name, std::string const& by, std::string const& use) {
        auto const request = (folder_ / (file + ".csr")).string();
        run("req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + name + " -keyout " + key(file) +
            " -out " + request);
        run("x509 -req -days 2 -in " + request + " -CA " + certificate(by) + " -CAkey " + key(by) +
            " -CAcreateserial -extfile " + (folder_ / use).string() + " -out " + certificate(file));
    }
    static void run(std::string const& arguments) {
        std::string const command = std::string{QKDES_OPENSSL} + " " + arguments + " >/dev/null 2>&1";
        if (std::system(command.c_str()) != 0) throw std::runtime_error{"failed: " + command};
    }
    std::filesystem::path folder_;
};

} // namespace qkdes::test
