import Foundation

extension ClusterJob {
    /// The array's script for Slurm: one task a shard, requeued when its node fails. Tasks need no warning before their
    /// time is up: what is done is on disk.
    ///
    /// Options: `sbatch` of Slurm 22.05 and newer.
    public var slurmArray: String {
        var options = slurmOptions(log: "%A_%a.log", name: "perforin")
        options += ["--requeue", "--cpus-per-task=\(resources.processors)"]
        return """
            \(Self.header(options))
            set -eu
            export PERFORIN_BACKEND=\(instructions)
            exec \(command) --shard "$SLURM_ARRAY_TASK_ID/\(shards)" --threads \(resources.processors) --quiet

            """
    }

    /// The merge's script, which Slurm starts when every task of the array has ended well.
    public var slurmMerge: String {
        """
        \(Self.header(slurmOptions(log: "%j_merge.log", name: "perforin-merge") + ["--kill-on-invalid-dep=yes", "--requeue"]))
        set -eu
        export PERFORIN_BACKEND=\(instructions)
        exec \(mergeCommand) --quiet

        """
    }

    private func slurmOptions(log: String, name: String) -> [String] {
        var options = ["--job-name=\(name)", "--output=\(folder.path)/logs/\(log)", "--open-mode=append", "--ntasks=1"]
        if let partition = resources.partition { options.append("--partition=\(partition)") }
        if let limit = resources.timeLimit { options.append("--time=\(limit)") }
        return options
    }

    private static func header(_ options: [String]) -> String {
        (["#!/bin/bash"] + options.map { option in
            // sbatch splits its lines at blanks, and reads double quotes
            option.contains(" ") ? "#SBATCH \"\(option)\"" : "#SBATCH \(option)"
        }).joined(separator: "\n")
    }

    /// An Indexed Job for Kubernetes: its completion index is the shard.
    ///
    /// - Parameter image: Container image that holds the program as `perforin`.
    ///
    /// Source: Kubernetes documentation, batch/v1 Job, `completionMode: Indexed`. Rendered and checked as text; never
    /// run on a cluster by this project.
    public func kubernetesJob(image: String, claim: String) -> String {
        let words = (["perforin"] + arguments + ["--shard", "auto/\(shards)", "--threads", "\(resources.processors)", "--quiet"])
            .map { "\"\($0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"" }.joined(separator: ", ")
        return """
            # Every shard of a study as one Indexed Job; when it is complete: perforin merge on the same volume.
            apiVersion: batch/v1
            kind: Job
            metadata:
              name: perforin
            spec:
              completionMode: Indexed
              completions: \(shards)
              parallelism: \(min(resources.arrayLimit ?? 100, shards))
              backoffLimitPerIndex: 3
              template:
                spec:
                  restartPolicy: Never
                  containers:
                    - name: shard
                      image: \(image)
                      command: [\(words)]
                      env:
                        - name: PERFORIN_BACKEND
                          value: \(instructions)
                      resources:
                        requests: {cpu: "\(resources.processors)", memory: 300Mi}
                        limits: {memory: 600Mi}
                      volumeMounts:
                        - {name: studies, mountPath: "\(URL(fileURLWithPath: out).deletingLastPathComponent().path)"}
                  volumes:
                    - name: studies
                      persistentVolumeClaim: {claimName: \(claim)}

            """
    }

    /// A Snakemake workflow: one job a shard, then the merge.
    ///
    /// - Parameters:
    ///   - shardFile: Mark of a finished shard `{shard}`, relative to the results.
    ///   - merged: What the merge leaves there.
    public func snakemakeWorkflow(shardFile: String, merged: String) -> String {
        """
        # snakemake --cores 2   (or an executor plug-in of your cluster)
        SHARDS = range(1, \(shards) + 1)
        OUT = "\(out)"

        rule all:
            input: OUT + "/\(merged)"

        rule shard:
            output: touch(OUT + "/\(shardFile)")
            threads: \(resources.processors)
            shell: "PERFORIN_BACKEND=\(instructions) \(command) --shard {wildcards.shard}/\(shards) --threads {threads} --quiet"

        rule merge:
            input: expand(OUT + "/\(shardFile)", shard=SHARDS)
            output: OUT + "/\(merged)"
            shell: "PERFORIN_BACKEND=\(instructions) \(mergeCommand) --quiet"

        """
    }
}
