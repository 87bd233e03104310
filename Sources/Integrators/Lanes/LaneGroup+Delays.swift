import Dynamics
import Kernels

/// Delayed values x(t − τ), read from each lane's own past.
extension LaneGroup {
    /// Writes the delayed slots of the parameters for every lane's own time and state.
    ///
    /// Before the start the initial state, evaluated at that earlier time, stands for the past. Where the lag is zero
    /// the present value is taken. Parameters that events or doses have changed are taken as they were then. A delay
    /// within a delay looks back from where the outer one looks; a lag may use delays of earlier slots.
    func updateDelayedValues(at time: LaneMemory.Buffer, state: LaneMemory.Buffer) {
        updateDelayedValues(at: time, state: state, parameters: memory.parameters, depth: 0)
    }

    private func updateDelayedValues(
        at time: LaneMemory.Buffer, state: LaneMemory.Buffer, parameters: LaneMemory.Buffer, depth: Int
    ) {
        let m = memory
        let kernels = integrator.kernels
        let times = m.delayTimes + depth * W
        let states = m.delayStates + depth * n * W
        let past = m.delayParameters + depth * system.parameterSlots * W
        for d in 0..<system.delayCount {
            kernels.delays(time, state, parameters, m.lags, m.delayValues)
            for l in 0..<W {
                let lag = m.lags[d * W + l]
                times[l] = lag > 0 ? time[l] - lag : time[l]
            }
            lookUpStates(times, now: time, state, into: states)
            lookUpParameters(times, now: time, parameters, into: past)
            if integrator.delaysNest && depth + 1 < system.delayCount {
                updateDelayedValues(at: times, state: states, parameters: past, depth: depth + 1)
            }
            kernels.delays(times, states, past, m.lags, m.delayValues)
            for l in 0..<W { parameters[(system.delayOffset + d) * W + l] = m.delayValues[d * W + l] }
        }
    }

    private func lookUpParameters(
        _ times: LaneMemory.Buffer, now: LaneMemory.Buffer, _ parameters: LaneMemory.Buffer,
        into past: LaneMemory.Buffer
    ) {
        for l in 0..<W where lanes[l].patient != nil {
            let versions = histories[l].parameterVersions
            let version = histories[l].parameterVersion(at: times[l])
            if times[l] == now[l] || version >= versions.count - 1 {
                memory.copyColumn(l, from: parameters, to: past, slots: system.parameterSlots)
            } else {
                memory.setColumn(l, of: past, to: versions[version].parameters)
            }
        }
    }

    private func lookUpStates(
        _ times: LaneMemory.Buffer, now: LaneMemory.Buffer, _ state: LaneMemory.Buffer, into states: LaneMemory.Buffer
    ) {
        var anyBeforeStart = false
        for l in 0..<W where times[l] < histories[l].start && lanes[l].patient != nil { anyBeforeStart = true }
        if anyBeforeStart {
            integrator.kernels.initialState(times, memory.parameters, states)
        }
        for l in 0..<W where lanes[l].patient != nil {
            if times[l] < histories[l].start {
                if let given = lanes[l].input.initialState { memory.setColumn(l, of: states, to: given) }
            } else if times[l] == now[l] || histories[l].isEmpty {
                // No past yet: within the first step a lag shorter than the step sees the present.
                memory.copyColumn(l, from: state, to: states, slots: n)
            } else {
                histories[l].interpolate(at: times[l]) { place, value in
                    states[integrator.denseStates[place] * W + l] = value
                }
            }
        }
    }

    /// ∂f/∂t including the motion of delayed values, by a difference over a small part of the step.
    ///
    /// Rosenbrock methods need it to a relative accuracy of about the step's error; 1e-5 h leaves truncation and
    /// rounding errors below 1e-10 of h² f.
    func differenceTimeDerivative() {
        let m = memory
        for l in 0..<W {
            let t = m[Control.time, l]
            m[Control.denseTime, l] = t + max(1e-5 * lanes[l].step, 64 * t.ulp)
        }
        let time = m.control + Control.denseTime * W
        updateDelayedValues(at: time, state: m.y)
        integrator.kernels.rightHandSide(time, m.y, m.parameters, m.scratchDerivative)
        for l in 0..<W {
            let delta = m[Control.denseTime, l] - m[Control.time, l]
            for i in 0..<n {
                m.timeDerivative[i * W + l] = (m.scratchDerivative[i * W + l] - m.u[i * W + l]) / delta
            }
        }
    }

    /// A step no longer than the shortest lag looks only into finished steps. A lag near zero would stop all progress,
    /// so a step of a millionth of the run is always allowed; it sees the last polynomial go on.
    func longestStepByDelays(_ l: Int) -> Double {
        integrator.kernels.delays(
            memory.control + Control.time * W, memory.y, memory.parameters, memory.lags, memory.delayValues)
        var longest = Double.infinity
        for d in 0..<system.delayCount {
            let lag = memory.lags[d * W + l]
            if lag > 0 { longest = min(longest, lag) }
        }
        return max(longest, 1e-6 * (lanes[l].input.endTime - histories[l].start))
    }

    /// Keeps the polynomials of accepted steps.
    mutating func recordHistory(interpolationIsPrepared: Bool) {
        if !interpolationIsPrepared { calls.prepareInterpolation() }
        let dense = integrator.denseStates
        let m = memory
        let W = W
        for l in 0..<W {
            let end: Double
            switch verdicts[l] {
            case .accepted, .atEvent: end = m[Control.time, l] + lanes[l].step
            case .atTarget: end = lanes[l].target
            case .idle, .rejected, .done: continue
            }
            histories[l].append(start: m[Control.time, l], end: end) { coefficients in
                for i in dense { coefficients.append(m.y[i * W + l]) }
                for i in dense { coefficients.append(m.y1[i * W + l]) }
                for k in 0..<integrator.tableau.H.count * dense.count {
                    coefficients.append(m.interpolation[k * W + l])
                }
            }
        }
    }

    /// A jump now is a kink one lag later, a smoother kink two lags later, and so on: the lane stops at each until it
    /// is smoother than the method notices.
    mutating func addBreakingPoints(_ l: Int, generation: Int) {
        guard generation <= integrator.tableau.order else { return }
        let time = memory.control + Control.time * W
        integrator.kernels.delays(time, memory.y, memory.parameters, memory.lags, memory.delayValues)
        for d in 0..<system.delayCount {
            let lag = memory.lags[d * W + l]
            guard lag > 0, lag.isFinite else { continue }
            lanes[l].breakingPoints.append(.init(time: time[l] + lag, generation: generation))
        }
    }

    mutating func passBreakingPoints(_ l: Int, jumped: Bool) {
        let t = memory[Control.time, l]
        let reached = lanes[l].breakingPoints.filter { $0.time <= t }.map(\.generation).min()
        lanes[l].breakingPoints.removeAll { $0.time <= t }
        if jumped {
            addBreakingPoints(l, generation: 1)
        } else if let reached {
            addBreakingPoints(l, generation: reached + 1)
        }
    }
}
