#include "models/link/cv/holevo.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <complex>

namespace qkdes {
namespace {

using Eigen::Index;
using Eigen::Matrix2d;
using Eigen::MatrixXcd;
using Eigen::MatrixXd;

/// Entropy of a thermal mode with x photons.
double thermal_entropy(double x) { return x <= 0 ? 0.0 : (x + 1) * std::log2(x + 1) - x * std::log2(x); }

/// Of the Gaussian state with this covariance matrix, quadratures ordered x1 p1 x2 p2 ... The symplectic eigenvalues
/// are the positive eigenvalues of i sqrt(g) Omega sqrt(g), which is Hermitian.
double entropy(MatrixXd const& covariance) {
    Index const n = covariance.rows();
    MatrixXd omega = MatrixXd::Zero(n, n);
    for (Index i = 0; i < n; i += 2) {
        omega(i, i + 1) = 1;
        omega(i + 1, i) = -1;
    }
    MatrixXd const root = Eigen::SelfAdjointEigenSolver<MatrixXd>{covariance}.operatorSqrt();
    MatrixXcd const hermitian = std::complex<double>{0, 1} * (root * omega * root).cast<std::complex<double>>();
    auto const values = Eigen::SelfAdjointEigenSolver<MatrixXcd>{hermitian, Eigen::EigenvaluesOnly}.eigenvalues();
    double sum = 0;
    for (Index i = n / 2; i < n; ++i) // ascending: the upper half is the positive one
        sum += thermal_entropy((values[i] - 1) / 2);
    return sum;
}

/// Two modes through a beam splitter: rows and columns 2i, 2i+1 are mode i's.
void mix(MatrixXd& covariance, Index first, Index second, double transmittance) {
    MatrixXd splitter = MatrixXd::Identity(covariance.rows(), covariance.cols());
    double const through = std::sqrt(transmittance), across = std::sqrt(1 - transmittance);
    for (Index q = 0; q < 2; ++q) {
        splitter(2 * first + q, 2 * first + q) = splitter(2 * second + q, 2 * second + q) = through;
        splitter(2 * first + q, 2 * second + q) = across;
        splitter(2 * second + q, 2 * first + q) = -across;
    }
    covariance = (splitter * covariance * splitter.transpose()).eval();
}

} // namespace

TwoModeState gaussian_state(double variance, double transmittance, double excess_noise) {
    return {1 + variance, 1 + transmittance * (variance + excess_noise),
            std::sqrt(transmittance * variance * (variance + 2))};
}

double holevo_bound(TwoModeState const& state, CvReceiverParameters const& receiver) {
    bool const homodyne = receiver.detection == CvDetection::homodyne;
    double const eta = receiver.efficiency;
    double const electronics = (homodyne ? 1 : 2) * receiver.electronic_noise; // before the heterodyne's splitter
    double bob = state.bob, correlation = state.correlation, trusted_loss = 1;
    if (receiver.trust == DetectorTrust::untrusted) {
        bob = eta * bob + (1 - eta) + electronics;
        correlation *= std::sqrt(eta);
    } else {
        trusted_loss = eta / (1 + receiver.electronic_noise);
    }

    // Modes: Alice, Bob, and the vacuum that the detector's loss lets in.
    MatrixXd all = MatrixXd::Identity(6, 6);
    all.topLeftCorner(2, 2) *= state.alice;
    all.block(2, 2, 2, 2) *= bob;
    all(0, 2) = all(2, 0) = correlation;
    all(1, 3) = all(3, 1) = -correlation;
    double const before = entropy(all.topLeftCorner(4, 4));
    mix(all, 1, 2, trusted_loss);

    // Bob measures: x alone, or both quadratures with one vacuum between them.
    MatrixXd const of_bob = all.block(2, 2, 2, 2);
    MatrixXd seen = MatrixXd::Zero(2, 2);
    if (homodyne)
        seen(0, 0) = 1 / of_bob(0, 0);
    else
        seen = (of_bob + Matrix2d::Identity()).inverse();
    Index const rest[4] = {0, 1, 4, 5};
    MatrixXd others(4, 4), cross(4, 2);
    for (Index i = 0; i < 4; ++i) {
        for (Index j = 0; j < 4; ++j)
            others(i, j) = all(rest[i], rest[j]);
        for (Index j = 0; j < 2; ++j)
            cross(i, j) = all(rest[i], 2 + j);
    }
    MatrixXd const given_bob = others - cross * seen * cross.transpose();
    return std::max(0.0, before - entropy(given_bob));
}

} // namespace qkdes
